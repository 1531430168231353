#include "node/services/library/targets.hpp"

#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kind_facts.hpp"

#include <algorithm>
#include <set>

namespace staffroom::services {
namespace {

using records::Reach;
using records::RecordKind;
using records::RelationKind;

constexpr std::size_t target_origins_max = 10'000;
constexpr std::string_view share_alike = "CC-BY-SA-4.0";

Refusal refusal(Errc code, std::string sentence, std::string name, std::string next) {
    return {{code, std::move(sentence)}, std::move(name), std::move(next)};
}

std::string quoted_title(const RecordRow& row) {
    return row.title.empty() ? "That record" : "\"" + row.title + "\"";
}

bool is_adaptation(RelationKind relation) {
    return relation == RelationKind::adapted_from || relation == RelationKind::follows ||
           relation == RelationKind::adapts || relation == RelationKind::departs_from;
}

bool has_author_of(const LibraryView& library, const RecordRow& row, const ReadRecord& read) {
    const auto body = library.words(row.revision);
    if (!body)
        return false;
    return std::ranges::any_of(body->authors, [&](const records::Author& author) {
        return std::ranges::find(read.body.authors, author.name, &records::Author::name) !=
               read.body.authors.end();
    });
}

/// Returns why the target's own state and kind forbid the relation.
std::optional<Refusal> why_not(
    const LibraryView& library,
    const ReadRecord& read,
    const SchoolId& school,
    const RecordRow& target,
    RelationKind relation
) {
    const auto reach = static_cast<Reach>(target.reach);
    const bool is_own_draft =
        read.facts.reach == Reach::draft && has_author_of(library, target, read);
    if (reach == Reach::draft && !is_own_draft)
        return refusal(
            Errc::not_allowed,
            quoted_title(target) + " is still a draft; nobody else could see what this is about.",
            "record.target-draft",
            "share that record first, then this one."
        );
    const auto kind = static_cast<RecordKind>(target.kind);
    if (relation == RelationKind::answers && !records::facts_of(kind).can_be_answered)
        return refusal(
            Errc::not_allowed,
            quoted_title(target) + " is neither a call nor a comment, so nothing can answer it.",
            "record.target-kind",
            "use another relation, such as comments-on or cites."
        );
    const std::string* in_house = field_value(read.body, records::FieldCode::in_house);
    const bool says_in_house = in_house != nullptr && *in_house == "yes";
    if (relation == RelationKind::reviews && target.school == school && !says_in_house)
        return refusal(
            Errc::not_allowed,
            quoted_title(target) + " is your own school's; a review of it has to say so.",
            "record.in-house",
            "add `in-house: yes`, or ask a colleague of another school for the review."
        );
    if (is_adaptation(relation) && read.body.licence != share_alike) {
        const auto body = library.words(target.revision);
        if (body && body->licence == share_alike)
            return refusal(
                Errc::not_allowed,
                quoted_title(target) +
                    " is licensed CC-BY-SA-4.0; an adaptation has to be as well.",
                "record.share-alike",
                "set the licence to CC-BY-SA-4.0."
            );
    }
    return std::nullopt;
}

void note_reach(ReadRecord& read, const RecordRow& target) {
    if (target.life == LifeState::retracted)
        read.notes.push_back(quoted_title(target) + " has been taken back by its school.");
    if (read.facts.reach >= Reach::network &&
        target.reach < static_cast<std::uint32_t>(Reach::network))
        read.notes.push_back(
            quoted_title(target) + " stays in this school; others will see that it exists, no more."
        );
    if (target.number > 0 && target.life == LifeState::superseded)
        read.notes.push_back(quoted_title(target) + " has been replaced by a newer record.");
}

} // namespace

bool carries_practice(RelationKind relation) {
    return is_adaptation(relation) || relation == RelationKind::tried_in ||
           relation == RelationKind::supersedes || relation == RelationKind::translation_of;
}

std::vector<RevisionId>
origins_of(const LibraryView& library, const RevisionId& document, std::size_t documents_max) {
    std::vector<RevisionId> found{document};
    std::set<RevisionId> seen{document};
    for (std::size_t i = 0; i < found.size() && found.size() < documents_max; ++i)
        for (const Ancestor& ancestor : library.ancestors_of(found[i]))
            if (carries_practice(ancestor.kind) && seen.insert(ancestor.document).second)
                found.push_back(ancestor.document);
    return found;
}

std::variant<Targets, Refusal> find_targets(
    const LibraryView& library,
    ReadRecord& read,
    const SchoolId& school,
    const std::optional<RevisionId>& document
) {
    Targets targets;
    for (const RequestedRelation& wanted : read.about) {
        const auto relation = records::relation_from_name(wanted.relation);
        if (!relation)
            return Refusal{relation.error()};
        const auto code = static_cast<std::uint32_t>(*relation);
        if (const auto id = id_from_base32<RevisionId>(wanted.id); id && wanted.is_exact) {
            targets.emplace_back(*id, code);
            continue;
        }
        const auto row = library.find(wanted.id);
        if (!row) {
            const auto id = id_from_base32<RevisionId>(wanted.id);
            if (row.error().code == Errc::not_found && read.facts.imported && id) {
                targets.emplace_back(*id, code);
                read.notes.push_back("What it is about, " + wanted.id + ", is not here.");
                continue;
            }
            const bool is_missing = row.error().code == Errc::not_found;
            const bool is_id = is_id_prefix(wanted.id.substr(0, wanted.id.find('@')));
            return Refusal{
                row.error(),
                is_missing ? "record.target-missing" : "id.ambiguous",
                !is_missing ? "type more characters of the id."
                : is_id     ? "look for it with `staffroom list`; if another school has just "
                              "published it, run `staffroom sync --wait` first."
                            : "look its id up with `staffroom list`; 8 characters are enough."};
        }
        if (auto refused = why_not(library, read, school, *row, *relation))
            return std::move(*refused);
        if (document && carries_practice(*relation)) {
            const auto origins = origins_of(library, row->document, target_origins_max);
            if (std::ranges::find(origins, *document) != origins.end())
                return refusal(
                    Errc::not_allowed,
                    quoted_title(*row) + " itself comes from this record; that would be a circle.",
                    "record.circle",
                    "use the relation cites, or leave it out."
                );
        }
        note_reach(read, *row);
        targets.emplace_back(row->revision, code);
    }
    return targets;
}

} // namespace staffroom::services
