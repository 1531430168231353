#include "node/services/publishing/prior_revision.hpp"

#include "protocol/base/text.hpp"

namespace staffroom::services {
namespace {

std::vector<RequestedRelation>
relations_of(const LibraryView& library, const RevisionId& revision) {
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

Result<PriorRevision> prior_revision_of(const LibraryView& library, const RevisionPlace& place) {
    RevisionId base = place.row.revision;
    if (place.row.life == LifeState::retracted)
        base = library.last_text(place.row.document).value_or(base);
    auto body = library.words(base);
    if (!body)
        return fail(body.error());
    const bool imported = !body->origin.empty() && !body->attribution.empty();
    return PriorRevision{
        static_cast<records::RecordKind>(place.row.kind),
        static_cast<records::Reach>(place.row.reach),
        imported,
        std::move(*body),
        relations_of(library, base)};
}

} // namespace staffroom::services
