// The final state of a network as one node shows it, in words that can be compared between nodes
// and between runs: no ids, no times, no places in logs. It says nothing about what is right.
#pragma once

#include "tests/simulation/world/world.hpp"

namespace staffroom::simulation {

/// Members with their roles; of each document its heads, what is hidden, how many revisions count.
[[nodiscard]] std::string
describe_network(World& world, std::size_t school, const replica::NetworkStatus& status);

} // namespace staffroom::simulation
