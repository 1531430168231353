// Time as an argument: this layer has no way to read a clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace staffroom {

/// Monotonic time since some start, in microseconds. Timers and back-off use nothing else.
struct Instant {
    std::int64_t us;

    friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
    friend constexpr Instant operator+(Instant at, std::chrono::microseconds span) {
        return {at.us + span.count()};
    }
    friend constexpr std::chrono::microseconds operator-(Instant later, Instant earlier) {
        return std::chrono::microseconds(later.us - earlier.us);
    }
};

/// Milliseconds since 1970-01-01 UTC by this machine's clock, which may be wrong by years. It is
/// for display, and for what this node itself begins; it decides no order.
struct WallTime {
    std::uint64_t ms;
    friend constexpr auto operator<=>(const WallTime&, const WallTime&) = default;
};

} // namespace staffroom
