#include "node/http/records/record_safety.hpp"

#include "protocol/base/text.hpp"

namespace staffroom::http {

std::optional<TextPlace>
text_place(const storage::Store& store, const SchoolId& own, const services::RecordRow& row) {
    return row.state == replica::BodyState::have ? held_text_place(store, own, row) : std::nullopt;
}

std::optional<TextPlace>
held_text_place(const storage::Store& store, const SchoolId& own, const services::BareRow& row) {
    if (row.school != own || row.reach < static_cast<std::uint32_t>(records::Reach::network))
        return std::nullopt;
    const auto found = store.find_revision(row.revision);
    if (!found || found->descriptor.school != own)
        return std::nullopt;
    return TextPlace{found->descriptor.space, found->log, found->position};
}

void SafetyCounts::put(JsonObject& record, const std::optional<TextPlace>& place) {
    if (!place)
        return;
    auto held = held_.find(place->space);
    if (held == held_.end())
        held = held_.emplace(place->space, services_.core.replica().held_elsewhere(place->space))
                   .first;
    if (held->second.schools == 0) // a network that this school is out of
        return;
    const replica::Safety safety = held->second.of(place->log, place->position);
    record["safe"] = JsonObject{{"at", safety.at}, {"of", safety.of}};
}

void put_schools_without(
    const services::Services& services, JsonObject& record, const std::optional<TextPlace>& place
) {
    Json* const safe = record.if_contains("safe");
    if (safe == nullptr || !place)
        return;
    JsonArray without;
    for (const replica::HoldingSchool& each :
         services.core.replica().holders(place->space, place->log, place->position)) {
        if (each.holds)
            continue;
        JsonObject school{
            {"id", to_base32(each.school)}, {"name", school_name(services, each.school)}};
        if (each.last_heard)
            school["last_heard_ms"] = each.last_heard->ms;
        without.push_back(std::move(school));
    }
    safe->as_object()["without"] = std::move(without);
}

} // namespace staffroom::http
