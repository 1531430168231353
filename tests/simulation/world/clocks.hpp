// A school's wall clock: wrong from the start, and jumping. Plain data, drawn from a stream of its
// own, so that a run can be repeated with other clocks and all else equal. Virtual time (Instant)
// is the world's; no clock here moves it.
#pragma once

#include "protocol/base/random.hpp"
#include "protocol/base/time.hpp"

#include <vector>

namespace staffroom::simulation {

class Clock {
public:
    /// Right all the time.
    Clock() = default;
    /// Off by up to ten years either way, and put to another time now and then until `end`.
    static Clock wrong(Random& random, Instant end);
    static Clock off_by(std::int64_t error_ms);

    [[nodiscard]] WallTime read(Instant now) const;

private:
    struct Setting {
        Instant from;
        std::int64_t error_ms;
    };
    std::vector<Setting> settings_; // by time
};

} // namespace staffroom::simulation
