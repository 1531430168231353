// The only place where the daemon reads a clock. The core gets both times as arguments; nothing
// here reads the environment or a time zone.
#pragma once

#include "protocol/base/time.hpp"

namespace staffroom::runtime {

/// Returns the time since the machine started, never set back.
[[nodiscard]] Instant steady_now();
/// Returns what this machine believes the time of day to be; possibly wrong by years.
[[nodiscard]] WallTime wall_now();

} // namespace staffroom::runtime
