// The weather of lines and disks during a storm: drawn once, put on the world's calendar, over when
// the storm is. Each kind draws from its own stream.
#pragma once

#include "tests/simulation/world/nodes.hpp"

namespace staffroom::simulation {

struct Season {
    Instant begin;
    Instant end;
    std::size_t schools;
};

/// Slow and narrow lines, cuts at any byte, partitions one way and both.
void plan_lines(World& world, const Season& season, Random& random);
/// Power cuts and kills at any write, full, failing and slow disks, disks of another day.
/// `spared` has no more trouble than nights.
void plan_disks(
    World& world,
    Nodes& nodes,
    const Season& season,
    Random& random,
    const std::set<std::size_t>& spared
);
/// Nights, and for `summering` nearly the whole season.
void plan_nights(
    World& world,
    Nodes& nodes,
    const Season& season,
    Random& random,
    std::optional<std::size_t> summering
);

} // namespace staffroom::simulation
