#include "node/http/records/record_json.hpp"

#include "node/services/crossing/link_finder.hpp"
#include "node/services/crossing/named_links.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <span>

namespace staffroom::http {
namespace {

using services::LibraryView;
using services::LifeState;
using services::RecordRow;
using services::Relation;
using services::Services;

/// Tells whether there is a text newer than the revision seen; a record that is taken back has
/// none.
bool has_newer(const LibraryView& library, const RevisionId& seen) {
    const auto row = library.bare_row_of_revision(seen);
    if (!row || row->life == LifeState::retracted)
        return false;
    return !library.is_head(seen);
}

/// Returns the revision that was named; the document when that revision is not here.
std::optional<RecordRow> seen_row(const LibraryView& library, const RevisionId& seen) {
    const auto row = library.row_of_revision(seen);
    return row ? row : library.row_of(seen);
}

JsonObject
related_json(const Services& services, const RelatedRecord& related, const RevisionId& shown_id) {
    JsonObject out{
        {"relation", records::relation_name(related.relation.kind)},
        {"id", to_base32(shown_id)},
        {"here", related.row.has_value()},
        {"has_newer", related.has_newer}};
    if (!related.row)
        return out;
    const RecordRow& row = *related.row;
    out["document"] = to_base32(row.document);
    out["revision_number"] = row.number;
    out["kind"] = kind_text(row.kind);
    out["title"] = row.title;
    out["school"] = to_base32(row.school);
    out["school_name"] = school_name(services, row.school);
    out["state"] = life_name(row.life);
    out["body_state"] = state_text(row.state);
    return out;
}

/// The most records about this one that are told, the last that came.
constexpr std::size_t incoming_max = 100;

/// A clock that is ahead by less than this may only be set badly.
constexpr std::uint64_t ahead_ms_min = 24ULL * 60 * 60 * 1000;

void put_date_and_origin(JsonObject& out, const Services& services, const services::BareRow& row) {
    if (row.clock.ms > services.core.wall().ms + ahead_ms_min)
        out["dated_ahead"] = true;
    put_origin(out, services, row.revision, row.school);
}

/// Returns the state of a call for help or an offer.
std::string_view call_state(const RecordWithPlace& record) {
    const bool is_answered = std::ranges::any_of(record.incoming, [](const RelatedRecord& related) {
        return related.relation.kind == records::RelationKind::answers && related.row &&
               related.row->life == LifeState::active;
    });
    const auto* by = record.shown.body
                         ? records::field_value(*record.shown.body, records::FieldCode::answered_by)
                         : nullptr;
    return is_answered || (by != nullptr && !by->empty()) ? "answered" : "open";
}

/// Adds when the link ended by which a record of another network came: it stays, and nothing newer
/// comes.
void put_end(JsonObject& out, const Services& services, const RevisionId& revision) {
    auto* const from = out.if_contains("from_network");
    const auto origin = services.library.entries().origin_of(revision);
    if (from == nullptr || !origin)
        return;
    for (const replica::LinkStatus& link : services.core.replica().network_links())
        if (link.id == origin->link && link.ended && link.ended->written)
            from->as_object()["ended_ms"] = link.ended->written->ms;
}

/// Names the links by which a record of this school's network goes to others. Whoever knows no such
/// link is told of none: its mark in the header says nothing.
void put_links(JsonObject& out, const Services& services, const services::ShownRecord& shown) {
    // A record of another network names that network's links, by which it came here.
    if (shown.row.reach != static_cast<std::uint32_t>(records::Reach::linked) ||
        out.contains("from_network"))
        return;
    JsonArray links;
    const auto known = services.core.replica().network_links();
    for (const replica::LinkStatus& link : services::links_named(shown.header, known))
        links.push_back(JsonObject{
            {"id", to_base32(link.id)},
            {"name", link.name},
            {"state", services::link_state_name(services::state_of(link, services.core.wall()))}});
    out["links"] = std::move(links);
    out["pass_on"] = shown.header.pass_on;
}

} // namespace

void put_origin(
    JsonObject& out, const Services& services, const RevisionId& revision, const SchoolId& school
) {
    const auto origin = services.library.entries().origin_of(revision);
    if (!origin || school == services.core.replica().school())
        return;
    JsonArray trail;
    for (const agreement::TrailStep& step : origin->trail)
        trail.push_back(JsonObject{
            {"network", to_base32(step.network)}, {"name", step.name}, {"place", step.place}});
    out["from_network"] =
        JsonObject{{"link", to_base32(origin->link)}, {"trail", std::move(trail)}};
}

Result<RecordWithPlace> read_with_place(const LibraryView& library, const std::string& text) {
    auto shown = library.show(text);
    if (!shown)
        return fail(shown.error());
    RecordWithPlace record{std::move(*shown), {}, {}, {}, false};
    const RevisionId& revision = record.shown.row.revision;
    const auto& heads = record.shown.heads;
    if (record.shown.is_head && !record.shown.retraction)
        for (const RevisionId& head : heads)
            if (head != revision) {
                // Their texts may be long and many; each is read by itself.
                if (auto version = library.row_of_revision(head))
                    record.versions.push_back(std::move(*version));
            }
    for (const log::About& about : record.shown.header.about)
        // A record that a school replaced by sharing it stayed inside that school.
        if (const auto kind = records::parse_relation(about.relation);
            kind &&
            (*kind != records::RelationKind::supersedes || library.bare_row_of(about.target)))
            record.about.push_back(
                {{revision, record.shown.row.document, about.target, *kind},
                 seen_row(library, about.target),
                 has_newer(library, about.target)}
            );
    const auto relations = library.relations_to(record.shown.row.document);
    record.has_more_incoming = relations.size() > incoming_max;
    const std::size_t told = std::min(relations.size(), incoming_max);
    for (const Relation& relation : std::span(relations).last(told))
        record.incoming.push_back(
            {relation, library.row_of(relation.source), has_newer(library, relation.target)}
        );
    return record;
}

bool has_file_place(const Services& services, const services::BareRow& record, const Digest& file) {
    const replica::Replica& replica = services.core.replica();
    return record.school == replica.school() ||
           std::ranges::any_of(record.spaces, [&](const SpaceId& space) {
               return replica.has_file_place(space, file);
           });
}

std::vector<replica::NetworkStatus>
networks_for(const services::Services& services, const Caller& caller) {
    auto networks = services.core.replica().networks();
    std::erase_if(networks, [reader = caller.reader()](const replica::NetworkStatus& each) {
        return !reader.knows(log::space_of(each.network));
    });
    return networks;
}

std::vector<services::NamedSchool> known_schools(const Services& services) {
    std::map<SchoolId, std::string> names;
    for (const replica::NetworkStatus& network : services.core.replica().networks())
        for (const replica::MemberStatus& member : network.members)
            names[member.school] = member.name;
    std::string& own = names[services.core.replica().school()];
    if (own.empty())
        own = services.config.name;
    return {names.begin(), names.end()};
}

std::string school_name(const Services& services, const SchoolId& school) {
    // Our own name may not have come back to us through any network yet.
    std::string name = services.core.replica().school_name(school);
    if (name.empty() && school == services.core.replica().school())
        name = services.config.name;
    // A network tells others no names of its schools, only its own.
    return name.empty() ? services.library.entries().network_of(school) : name;
}

JsonObject row_json(const Services& services, const RecordRow& row) {
    JsonObject out = to_json(row, school_name(services, row.school));
    out["state"] = life_name(row.life);
    out["revision_number"] = row.number;
    put_date_and_origin(out, services, row);
    return out;
}

JsonObject record_json(const Services& services, const RecordWithPlace& record) {
    const services::ShownRecord& shown = record.shown;
    const SchoolId& own = services.core.replica().school();
    JsonObject out =
        to_json(shown, school_name(services, shown.row.school), shown.row.school == own);
    out["state"] = life_name(shown.row.life);
    out["owner"] = to_base32(shown.owner);
    out["owner_name"] = school_name(services, shown.owner);
    JsonArray heads;
    for (const RevisionId& head : shown.heads)
        heads.push_back(Json(to_base32(head)));
    out["head_revisions"] = std::move(heads);
    out["has_newer"] = !shown.is_head;
    if (shown.superseded_by)
        out["superseded_by"] = to_base32(*shown.superseded_by);
    if (shown.retraction)
        out["retraction"] = JsonObject{{"reason", *shown.retraction}};
    if (shown.row.kind == static_cast<std::uint32_t>(records::RecordKind::call))
        out["call_state"] = call_state(record);
    JsonArray about;
    for (const RelatedRecord& related : record.about)
        about.push_back(related_json(services, related, related.relation.target));
    out["about"] = std::move(about);
    JsonArray incoming;
    for (const RelatedRecord& related : record.incoming)
        incoming.push_back(related_json(services, related, related.relation.source_document));
    out["incoming"] = std::move(incoming);
    if (record.has_more_incoming)
        out["more_incoming"] = true;
    put_date_and_origin(out, services, shown.row);
    put_end(out, services, shown.row.revision);
    put_links(out, services, shown);
    JsonArray versions;
    for (const RecordRow& version : record.versions)
        versions.push_back(row_json(services, version));
    out["versions"] = std::move(versions);
    return out;
}

std::string_view life_name(LifeState life) {
    switch (life) {
    case LifeState::active: return "active";
    case LifeState::superseded: return "superseded";
    case LifeState::retracted: return "retracted";
    }
    return "active";
}

} // namespace staffroom::http
