// What the handlers of erasure share: the plan for a record as its caller sees it, and refusals.
#pragma once

#include "node/http/records/record_json.hpp"
#include "node/services/erasure/erasure_plan.hpp"
#include "node/services/text/former_network.hpp"
#include "protocol/base/text.hpp"
#include "protocol/log/descriptor.hpp"

#include <array>
#include <optional>

namespace staffroom::http::api {

inline constexpr std::array<std::pair<network::ErasureReason, std::string_view>, 6>
    erasure_reason_words{
        {{network::ErasureReason::asked, "asked"},
         {network::ErasureReason::pupil, "pupil"},
         {network::ErasureReason::mistake, "mistake"},
         {network::ErasureReason::rights, "rights"},
         {network::ErasureReason::flood, "flood"},
         {network::ErasureReason::retention, "retention"}}};

[[nodiscard]] inline std::string_view reason_text(network::ErasureReason reason) {
    for (const auto& [known, word] : erasure_reason_words)
        if (known == reason)
            return word;
    return "";
}

[[nodiscard]] inline std::string_view erasure_kind_text(network::ErasureKind kind) {
    return kind == network::ErasureKind::whole ? "whole" : "files-only";
}

[[nodiscard]] inline JsonObject
school_json(const services::Services& services, const SchoolId& school) {
    return {{"id", to_base32(school)}, {"name", school_name(services, school)}};
}

/// What is asked for: a record, or all that a school has written behind a place.
struct ErasureWish {
    std::string record; // empty: `school` and `after` say what
    std::string school;
    std::optional<std::uint64_t> after;
    network::ErasureKind kind = network::ErasureKind::whole;
    network::ErasureReason reason = network::ErasureReason::asked;
    bool is_dry_run = false;
};

/// Answers a wish about a school.
void order_bulk_erasure(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    const ErasureWish& wish
);

/// The networks that are among the keys, which schools hold what `of` wrote there, and whether
/// another coordinator has to order the same.
[[nodiscard]] inline JsonArray networks_json(
    const services::Services& services,
    const std::map<SpaceId, std::vector<RevisionId>>& orders,
    const SchoolId& of
) {
    JsonArray networks;
    for (const replica::NetworkStatus& each : services.core.replica().networks()) {
        if (orders.count(log::space_of(each.network)) == 0)
            continue;
        JsonArray schools;
        for (const replica::MemberStatus& member : each.members)
            schools.push_back(school_json(services, member.school));
        networks.push_back(JsonObject{
            {"id", to_base32(each.network)},
            {"name", each.name},
            {"schools", std::move(schools)},
            {"needs_another",
             services.core.replica().order_right(each.network, of) ==
                 network::OrderRight::with_another}});
    }
    return networks;
}

/// Networks that this school has left, and what to do there: what stands there stays.
[[nodiscard]] inline JsonArray
left_json(const services::Services& services, const std::vector<replica::FormerNetwork>& left) {
    JsonArray out;
    for (const replica::FormerNetwork& each : left)
        out.push_back(JsonObject{
            {"id", to_base32(each.network)},
            {"name", each.name},
            {"next", services::step_for_former(each, services.core.replica().school())}});
    return out;
}

[[nodiscard]] inline Problem
left_behind(const services::Services& services, const replica::FormerNetwork& left) {
    return {
        403,
        "network.not-a-member",
        "Not a member",
        "This school belongs to " + left.name +
            " no longer, so nobody there heeds its orders. Nothing has been changed.",
        services::step_for_former(left, services.core.replica().school()),
        ExitCode::refused};
}

/// Returns a refusal (409); the table of problem types has its title.
[[nodiscard]] inline Problem
refused_erasure(std::string code, std::string sentence, std::string next) {
    return {409, std::move(code), "", std::move(sentence), std::move(next), ExitCode::refused};
}

[[nodiscard]] inline JsonArray
rows_json(const services::Services& services, const std::vector<services::RecordRow>& rows) {
    JsonArray out;
    for (const services::RecordRow& row : rows)
        out.push_back(row_json(services, row));
    return out;
}

/// Whose older texts go with a record: those of all people, or those that the caller sees.
enum class OlderTexts { of_all, seen };

/// Reads the plan for the record that the request names.
template <class Answer>
void read_plan(
    const services::Services& services,
    const Request& request,
    const std::string& id,
    OlderTexts older,
    const Answer& answer
) {
    read_library<services::ErasurePlan>(
        services,
        request.caller,
        [&services, id, older, own = services.core.replica().school()](
            const services::LibraryView& library
        ) {
            const services::LibraryView all = services.library.as(services::Reader::node_itself());
            return services::plan_erasure(
                library, older == OlderTexts::of_all ? all : library, id, own
            );
        },
        answer
    );
}

} // namespace staffroom::http::api
