#include "node/services/former.hpp"

#include "protocol/base/text.hpp"

namespace staffroom::services {
namespace {

/// The newest revision below the heads that has a text: what a record was before it was taken back.
std::optional<RevisionId> last_text(const Library& library, const RevisionId& document) {
    const auto rows = library.history(to_base32(document));
    if (!rows)
        return std::nullopt;
    for (auto row = rows->rbegin(); row != rows->rend(); ++row)
        if (!row->is_retraction && row->row.state == replica::BodyState::have)
            return row->row.revision;
    return std::nullopt;
}

std::vector<RequestedRelation> relations_of(const Library& library, const RevisionId& revision) {
    std::vector<RequestedRelation> about;
    const auto shown = library.show(revision);
    if (!shown)
        return about;
    for (const log::About& each : shown->header.about)
        if (const auto kind = records::parse_relation(each.relation);
            kind && *kind != records::RelationKind::supersedes)
            about.push_back({to_base32(each.target), std::string(records::relation_name(*kind))});
    return about;
}

} // namespace

Result<FormerRevision> former_of(const Library& library, const RevisionPlace& place) {
    RevisionId base = place.row.revision;
    if (place.row.life == LifeState::retracted)
        base = last_text(library, place.row.document).value_or(base);
    auto body = library.words(base);
    if (!body)
        return fail(body.error());
    const bool imported = !body->origin.empty() && !body->attribution.empty();
    return FormerRevision{
        static_cast<records::RecordKind>(place.row.kind),
        static_cast<records::Reach>(place.row.reach),
        imported,
        std::move(*body),
        relations_of(library, base)};
}

} // namespace staffroom::services
