// Schools that break the rules with a node that keeps them: one that writes two histories and shows
// each to others, one that alters or withholds what it serves. The crafter says what no node of
// ours would say; strangers are in replayer.
#pragma once

#include "tests/simulation/world/weather.hpp"

namespace staffroom::simulation {

/// Disk and mark go back together, as only a liar's do: what it wrote since it writes differently,
/// and the two halves of the others hear different histories until they meet.
void plan_fork(World& world, Nodes& nodes, const Season& season, std::size_t liar, Random& random);
/// Some of what its disk gives to neighbours is changed on the way or never comes.
void plan_garbage(World& world, const Season& season, std::size_t liar, Random& random);

} // namespace staffroom::simulation
