// Runs a range of seeds over several processes and prints the outcomes; called by main only.
#pragma once

#include "tests/simulation/people/plan.hpp"

namespace staffroom::simulation {

struct SeedRange {
    std::uint64_t first;
    std::uint64_t last;
};

struct RunnerOptions {
    SeedRange seeds{1, 200};
    StormOptions storm{}; // its seed is set for each run
    std::size_t jobs = 1;
    bool is_twice = false;
    bool is_json = false;
};

/// 0 when every property held for every seed, else 1.
[[nodiscard]] int run_seeds(const RunnerOptions& options);

} // namespace staffroom::simulation
