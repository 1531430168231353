// What the membership of a network looks like in answers, and why an act on it is in vain: one
// sentence and one next step for each reason. Used by the handlers of membership.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/answers/problem.hpp"
#include "node/services/services.hpp"

namespace staffroom::http::api {

using services::Services;

[[nodiscard]] std::string_view standing_name(replica::Standing standing);
[[nodiscard]] JsonObject school_name_json(const Services& services, const SchoolId& school);
[[nodiscard]] JsonObject standing_json(
    const Services& services, const NetworkId& network, const replica::SchoolStanding& school
);
[[nodiscard]] JsonObject
proposal_json(const Services& services, const replica::ProposalStatus& proposal);
[[nodiscard]] JsonObject fork_json(const Services& services, const replica::ForkStatus& fork);
[[nodiscard]] JsonObject effect_json(
    const Services& services,
    const replica::NetworkStatus& network,
    const replica::MembershipEffect& effect
);

/// `network` as people call it; names who coordinates where that helps.
[[nodiscard]] Problem membership_problem(
    const Services& services,
    const replica::NetworkStatus& network,
    const replica::MembershipEffect& effect
);
/// Finds the network of a request; answers where it is none, also when this school is out of it.
[[nodiscard]] std::optional<replica::NetworkStatus>
network_of(const Services& services, const Request& request, const Respond& respond);
/// For a network that this school is out of: since when, and why.
[[nodiscard]] Problem former_problem(const replica::FormerNetwork& network);

} // namespace staffroom::http::api
