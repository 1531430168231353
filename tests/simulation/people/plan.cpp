#include "tests/simulation/people/plan.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::uint64_t streams_from = 900; // below are the schools' own
constexpr std::uint64_t drawings_max = 10;

} // namespace

std::string scenario_name(Scenario scenario) {
    switch (scenario) {
    case Scenario::storm: return "storm";
    case Scenario::forks: return "forks";
    case Scenario::two_networks: return "two-networks";
    case Scenario::garbage: return "garbage";
    case Scenario::order: return "order";
    case Scenario::crafted: return "crafted";
    case Scenario::summer: return "summer";
    case Scenario::dispute: return "dispute";
    }
    return "";
}

Scenario scenario_of(const StormOptions& options) {
    return options.scenario.value_or(static_cast<Scenario>(options.seed % scenario_count));
}

tests::SeededRandom stream_of(const StormOptions& options, Stream stream) {
    std::uint64_t drawn = 0;
    if (stream == Stream::lines)
        drawn = options.lines_drawn;
    if (stream == Stream::clocks)
        drawn = options.clocks_drawn;
    const auto number = static_cast<std::uint64_t>(stream);
    return tests::SeededRandom(
        options.seed * 1000 + streams_from + number * drawings_max + drawn % drawings_max
    );
}

std::chrono::microseconds
draw_span(Random& random, std::chrono::microseconds from, std::chrono::microseconds to) {
    const auto width = static_cast<std::uint64_t>((to - from).count()) + 1;
    return from + std::chrono::microseconds(static_cast<std::int64_t>(random.below(width)));
}

} // namespace staffroom::simulation
