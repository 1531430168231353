// The plan of a seed: the scenario, its size, its length, and the streams from which each part of a
// run draws. Each part has a stream of its own, so that one can be drawn anew with all else equal.
#pragma once

#include "tests/support/seeded_random.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace staffroom::simulation {

/// What is special about a run. Each has bad lines, wrong clocks and nodes that go off at night;
/// all but `order` have failing disks.
enum class Scenario {
    storm,        // nothing else
    forks,        // one school writes two histories
    two_networks, // with some schools in both
    garbage,      // one school alters or withholds what it serves
    order,        // the same commands again over other lines, and with other clocks
    crafted, // one school says what no node of ours would say; strangers replay what they heard
    summer,  // one school is off nearly all the time, another joins late
    dispute, // one code is used by two schools: both are suspended
};
inline constexpr std::size_t scenario_count = 8;
[[nodiscard]] std::string scenario_name(Scenario scenario);

struct StormOptions {
    std::uint64_t seed = 1;
    std::size_t schools = 5; // at least 5
    std::chrono::minutes span{120};
    std::optional<Scenario> scenario{};   // else the seed says
    std::optional<std::uint64_t> until{}; // stop at this event
    bool is_shown = false;
    std::uint64_t* progress = nullptr; // told the number of each event, for whoever outlives us
    std::uint64_t lines_drawn = 0;     // how often the lines were drawn anew
    std::uint64_t clocks_drawn = 0;    // the same for the clocks
};
[[nodiscard]] Scenario scenario_of(const StormOptions& options);

enum class Stream { authors, nodes, lines, clocks, disks, liars, stories, exile };
[[nodiscard]] tests::SeededRandom stream_of(const StormOptions& options, Stream stream);

/// Uniform in [from, to].
[[nodiscard]] std::chrono::microseconds
draw_span(Random& random, std::chrono::microseconds from, std::chrono::microseconds to);
[[nodiscard]] inline bool one_in(Random& random, std::uint64_t count) {
    return random.below(count) == 0;
}

} // namespace staffroom::simulation
