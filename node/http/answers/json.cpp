#include "node/http/answers/json.hpp"

#include "node/http/problems/problem_types.hpp"
#include "node/services/front_matter/small_counts.hpp"
#include "protocol/base/text.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <map>
#include <span>

namespace staffroom::http {
namespace {

template <class Id> Json id_json(const Id& id) {
    return Json(to_base32(id));
}

std::string reach_text(std::uint32_t raw) {
    const auto reach = records::parse_reach(raw);
    return reach ? std::string(records::reach_name(*reach)) : "reach-" + std::to_string(raw);
}

std::string field_text(std::uint32_t code) {
    const records::FieldFacts* facts = records::find_field(code);
    return facts == nullptr ? "field-" + std::to_string(code) : std::string(facts->name);
}

std::string_view damage_text(storage::Damage damage) {
    switch (damage) {
    case storage::Damage::body: return "body";
    case storage::Damage::revision: return "revision";
    case storage::Damage::entries: return "entries";
    case storage::Damage::tree: return "tree";
    case storage::Damage::head: return "head";
    }
    return "";
}

/// Makes JSON of the fields. Several values of one field are joined by ";", as they are written in
/// options.
JsonObject fields_json(const records::RecordBody& body, bool is_own_school) {
    std::map<std::uint32_t, std::string> joined;
    for (const records::Field& field : body.fields) {
        const std::string value = services::shown_value(field.code, field.value, is_own_school);
        const auto [place, is_new] = joined.try_emplace(field.code, value);
        if (!is_new)
            place->second += ";" + value;
    }
    JsonObject out;
    for (const auto& [code, value] : joined)
        out[field_text(code)] = value;
    return out;
}

JsonArray sections_json(const records::RecordBody& body) {
    JsonArray out;
    for (const records::Section& section : body.sections) {
        std::string_view heading = body.text;
        heading = heading.substr(section.heading_begin, section.begin - section.heading_begin);
        while (!heading.empty() && (heading.back() == '\n' || heading.back() == '\r'))
            heading.remove_suffix(1);
        out.push_back(JsonObject{
            {"code", section.code == 0 ? std::string() : field_text(section.code)},
            {"heading", std::string(heading)},
            {"begin", section.begin},
            {"end", section.end}});
    }
    return out;
}

void put_body(JsonObject& out, const records::RecordBody& body, bool is_own_school) {
    JsonArray authors;
    for (const records::Author& author : body.authors)
        authors.push_back(JsonObject{{"name", author.name}, {"school_name", author.school_name}});
    JsonArray attachments;
    for (const records::Attachment& attachment : body.attachments)
        attachments.push_back(JsonObject{
            {"hash", to_base32(ByteView(attachment.content_hash))},
            {"name", attachment.name},
            {"type", attachment.media_type},
            {"size", attachment.size},
            {"description", attachment.description}});
    out["text"] = body.text;
    out["front_matter"] = services::shown_front_matter(body.front_matter, is_own_school);
    out["fields"] = fields_json(body, is_own_school);
    out["sections"] = sections_json(body);
    out["authors"] = std::move(authors);
    out["attachments"] = std::move(attachments);
    out["language"] = body.language;
    out["licence"] = body.licence;
    out["summary"] = body.summary;
    out["attribution"] = body.attribution;
    out["origin"] = body.origin;
    out["created_ms"] = body.created.ms;
    out["modified_ms"] = body.modified.ms;
}

} // namespace

std::string_view state_text(replica::BodyState state) {
    switch (state) {
    case replica::BodyState::have: return "have";
    case replica::BodyState::erased: return "erased";
    case replica::BodyState::refused: return "refused";
    case replica::BodyState::not_for_you: return "not-for-you";
    case replica::BodyState::over_limit: return "over-limit";
    case replica::BodyState::missing: return "missing";
    case replica::BodyState::none: return "none";
    }
    return "missing";
}

std::string relation_text(std::uint32_t raw) {
    const auto relation = records::parse_relation(raw);
    return relation ? std::string(records::relation_name(*relation))
                    : "relation-" + std::to_string(raw);
}

std::string_view neighbour_state(const replica::NeighbourStatus& neighbour) {
    if (neighbour.connected && neighbour.silent)
        return "silent";
    if (neighbour.source == "member")
        return "off";
    if (neighbour.connected)
        return neighbour.settled ? "in sync" : "connected";
    return neighbour.next_try ? "waiting" : "connecting";
}

std::string kind_text(std::uint32_t raw) {
    const auto kind = records::parse_kind(raw);
    return kind ? std::string(records::kind_name(*kind)) : "kind-" + std::to_string(raw);
}

Json to_json(const Problem& problem, const std::string& request_id) {
    const ProblemType* type = find_problem_type(problem.code);
    return JsonObject{
        {"type", problem_type_address(problem.code)},
        {"title", type == nullptr ? problem.title : std::string(type->title)},
        {"status", problem.status},
        {"code", problem.code},
        {"detail", problem.sentence},
        {"next", problem.next},
        {"exit", static_cast<int>(problem.exit)},
        {"instance", "/api/v1/log?request=" + request_id},
        {"request_id", request_id}};
}

Json to_json(const replica::NetworkStatus& network) {
    JsonArray schools;
    for (const replica::MemberStatus& member : network.members)
        schools.push_back(JsonObject{
            {"id", id_json(member.school)},
            {"name", member.name},
            {"coordinator", member.coordinator},
            {"joined", member.joined}});
    return JsonObject{
        {"id", id_json(network.network)},
        {"name", network.name},
        {"focus", network.focus},
        {"schools", std::move(schools)},
        {"records", network.documents},
        {"missing_bodies", network.missing_bodies},
        {"missing_entries", network.missing_entries},
        {"waiting_files", network.waiting_files},
        {"digest", id_json(network.digest)},
        {"open_invitations", network.open_invitations}};
}

Json to_json(const replica::NeighbourStatus& neighbour, Instant now) {
    JsonArray networks;
    for (const NetworkId& network : neighbour.networks)
        networks.push_back(id_json(network));
    JsonObject out{
        {"address", neighbour.address},
        {"state", neighbour_state(neighbour)},
        {"reason", neighbour.trouble},
        {"source", neighbour.source},
        {"networks", std::move(networks)},
        {"bytes_in", neighbour.bytes_in},
        {"bytes_out", neighbour.bytes_out}};
    if (neighbour.school)
        out["school"] = JsonObject{{"id", id_json(*neighbour.school)}, {"name", neighbour.name}};
    if (neighbour.last_heard)
        out["last_heard_ms"] = neighbour.last_heard->ms;
    if (neighbour.next_try) {
        const std::int64_t us = std::max<std::int64_t>((*neighbour.next_try - now).count(), 0);
        out["next_try_s"] = us / 1'000'000;
    }
    return out;
}

JsonObject to_json(const services::RecordRow& row, const std::string& school_name) {
    return {
        {"id", id_json(row.document)},
        {"kind", kind_text(row.kind)},
        {"title", row.title},
        {"school", id_json(row.school)},
        {"school_name", school_name},
        {"revision", id_json(row.revision)},
        {"reach", reach_text(row.reach)},
        {"body_state", state_text(row.state)},
        {"heads", row.heads}};
}

JsonObject
to_json(const services::ShownRecord& shown, const std::string& school_name, bool is_own_school) {
    JsonObject out = to_json(shown.row, school_name);
    out["document"] = id_json(shown.row.document);
    out["revision_number"] = shown.row.number;
    out["revisions"] = shown.revisions;
    JsonArray about;
    for (const log::About& relation : shown.header.about)
        about.push_back(JsonObject{
            {"id", id_json(relation.target)}, {"relation", relation_text(relation.relation)}});
    out["about"] = std::move(about);
    JsonArray spaces;
    for (const SpaceId& space : shown.row.spaces)
        spaces.push_back(id_json(space));
    out["network"] = std::move(spaces);
    if (shown.body)
        put_body(out, *shown.body, is_own_school);
    return out;
}

void put_files_here(
    JsonObject& record,
    const storage::HeldFiles& files,
    const std::function<bool(const Digest&)>& has_place
) {
    Json* list = record.if_contains("attachments");
    if (list == nullptr || !list->is_array())
        return;
    for (Json& one : list->get_array()) {
        JsonObject& attachment = one.get_object();
        const auto hash = id_from_base32<Digest>(std::string(attachment.at("hash").get_string()));
        const auto size = attachment.at("size").to_number<std::uint64_t>();
        attachment["here"] = hash && files.holds({*hash, size}) && has_place(*hash);
    }
}

Json to_json(
    const storage::AuditReport& report, const storage::AttachmentStore::CheckReport& files
) {
    JsonArray damaged;
    const std::size_t shown = std::min(report.damaged.size(), storage::damaged_shown_max);
    for (const storage::DamagedPlace& place : std::span(report.damaged).first(shown))
        damaged.push_back(JsonObject{
            {"log", id_json(place.log)},
            {"position", place.position.value},
            {"what", damage_text(place.damage)}});
    for (const Digest& file : files.damaged)
        damaged.push_back(JsonObject{{"file", id_json(file)}, {"what", "file"}});
    return JsonObject{
        {"logs", report.logs},
        {"entries", report.entries},
        {"bodies", report.bodies},
        {"files", files.files},
        {"damaged_count", report.damaged.size() + files.damaged.size()},
        {"damaged", std::move(damaged)}};
}

/// Makes JSON of a check. `ok` is for older scripts: nothing that a person has to mend.
Json to_json(const services::HealthCheck& check) {
    return JsonObject{
        {"code", check.code},
        {"level", services::level_name(check.level)},
        {"ok", !check.is_trouble()},
        {"sentence", check.sentence},
        {"next", check.next}};
}

Response ok(const Json& value, int status) {
    return {status, "application/json", boost::json::serialize(value)};
}

} // namespace staffroom::http
