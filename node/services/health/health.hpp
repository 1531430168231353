// The checks of doctor on a running node: its name, its networks, each neighbour that is not
// reached and why, the matters that the core wants looked at. Pure over what the core tells of
// itself; the files of the folder are services/health/folder_health. Called by http/api/api_doctor.
#pragma once

#include "node/base/config.hpp"
#include "node/services/health/folder_health.hpp"
#include "protocol/replica/ports/status.hpp"

namespace staffroom::services {

/// Makes the checks node.running, school.name, node.addresses.
[[nodiscard]] std::vector<HealthCheck> check_settings(const node::Config& config);

/// Makes the checks network.none, and network.complete for each: notes.
[[nodiscard]] std::vector<HealthCheck>
check_networks(const std::vector<replica::NetworkStatus>& networks);

/// Makes the check neighbours.reached, and one line for each school that is not reached:
/// neighbour.name, .unreachable, .silent, .refused, .not-a-member, .version, .self, .not-staffroom.
/// Trouble where this school chose the address and nobody was ever met there; a school that is off
/// is a note.
[[nodiscard]] std::vector<HealthCheck>
check_neighbours(const std::vector<replica::NeighbourStatus>& neighbours, WallTime now);

/// Returns what the core wants looked at, with the next step for each of its codes.
[[nodiscard]] std::vector<HealthCheck>
check_attention(const std::vector<replica::Attention>& attention);

} // namespace staffroom::services
