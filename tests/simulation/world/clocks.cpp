#include "tests/simulation/world/clocks.hpp"

namespace staffroom::simulation {
namespace {

constexpr std::int64_t today_ms = 1'700'000'000'000;
constexpr std::int64_t ten_years_ms = std::int64_t{10} * 365 * 24 * 3600 * 1000;
constexpr std::uint64_t jumps_max = 4;

std::int64_t draw_error(Random& random) {
    const auto drawn = random.below(2 * static_cast<std::uint64_t>(ten_years_ms) + 1);
    const std::int64_t error = static_cast<std::int64_t>(drawn) - ten_years_ms;
    // Half of the clocks are nearly right, as in life.
    return random.below(2) == 0 ? error : error / 100'000'000;
}

} // namespace

Clock Clock::wrong(Random& random, Instant end) {
    Clock clock = off_by(draw_error(random));
    const std::uint64_t jumps = random.below(jumps_max + 1);
    for (std::uint64_t i = 0; i < jumps; ++i) {
        const auto at = random.below(static_cast<std::uint64_t>(end.us) + 1);
        clock.settings_.push_back({Instant{static_cast<std::int64_t>(at)}, draw_error(random)});
    }
    return clock;
}

Clock Clock::off_by(std::int64_t error_ms) {
    Clock clock;
    clock.settings_.push_back({Instant{0}, error_ms});
    return clock;
}

WallTime Clock::read(Instant now) const {
    std::int64_t error_ms = 0;
    Instant newest{-1};
    for (const Setting& setting : settings_) {
        if (setting.from <= now && setting.from > newest) {
            newest = setting.from;
            error_ms = setting.error_ms;
        }
    }
    return WallTime{static_cast<std::uint64_t>(today_ms + now.us / 1000 + error_ms)};
}

} // namespace staffroom::simulation
