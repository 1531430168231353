#include "tests/support/records/slow_documents.hpp"

#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

namespace staffroom::tests {
namespace {

/// Whether a revision counts when exactly `counted` count of those that it builds on.
bool counts(
    const SlowRevision& revision, const SlowRevisions& all, const std::set<RevisionId>& counted
) {
    const auto first = all.find(revision.document);
    // Nobody can be told from a stranger while the first revision is not here.
    if (first == all.end())
        return true;
    if (first->second.document != first->first)
        return false; // what it calls its document is a later revision of another one
    if (revision.school == first->second.school)
        return true;
    bool is_named = first->second.joint_with.contains(revision.school);
    for (const RevisionId& parent : revision.parents) {
        if (!counted.contains(parent) || all.at(parent).document != revision.document)
            continue;
        if (all.at(parent).is_retraction)
            return false;
        is_named = is_named || all.at(parent).joint_with.contains(revision.school);
    }
    return is_named && !revision.is_retraction;
}

} // namespace

std::optional<SlowRevision>
slow_revision(ByteView header_bytes, const std::optional<records::RecordBody>& body) {
    const auto header = log::parse_header(header_bytes);
    if (!header || !header->commitment)
        return std::nullopt;
    const RevisionId id = log::revision_id(header_bytes);
    const bool is_retraction =
        header->retention == static_cast<std::uint32_t>(records::Retention::retraction);
    SlowRevision revision{
        id, header->document.value_or(id), header->parents, header->school, is_retraction, {}};
    if (body) {
        for (const records::Field& field : body->fields) {
            const auto school = id_from_base32<SchoolId>(field.value);
            if (field.code == static_cast<std::uint32_t>(records::FieldCode::joint_with) && school)
                revision.joint_with.insert(*school);
        }
    }
    return revision;
}

std::map<RevisionId, SlowDocument> slow_documents(const SlowRevisions& revisions) {
    // Each round is right for one more generation, since what a revision needs to know stands in
    // its parents: once nothing changes, all is right.
    std::set<RevisionId> counted;
    while (true) {
        std::set<RevisionId> next;
        for (const auto& [id, revision] : revisions) {
            if (counts(revision, revisions, counted))
                next.insert(id);
        }
        if (next == counted)
            break;
        counted = std::move(next);
    }
    std::set<std::pair<RevisionId, RevisionId>> built_on; // document, revision
    for (const RevisionId& id : counted) {
        for (const RevisionId& parent : revisions.at(id).parents)
            built_on.insert({revisions.at(id).document, parent});
    }
    std::map<RevisionId, SlowDocument> documents;
    for (const auto& [id, revision] : revisions) {
        SlowDocument& document = documents[revision.document];
        if (!counted.contains(id)) {
            document.uncounted.insert(id);
            continue;
        }
        document.counted.insert(id);
        if (built_on.contains({revision.document, id}))
            continue;
        document.heads.insert(id);
        document.is_hidden = document.is_hidden || revision.is_retraction;
    }
    return documents;
}

} // namespace staffroom::tests
