// Times as people read them: in the zone of the place where they are read (TZ), the zone beside the
// hour. Scripts (--json) read milliseconds. Called by the commands.
#pragma once

#include <cstdint>
#include <string>

namespace staffroom::cli {

/// Formats milliseconds since 1970 as 2026-02-28 14:05 GMT.
[[nodiscard]] std::string time_text(std::uint64_t ms);
/// Returns the day at that place, alone.
[[nodiscard]] std::string day_text(std::uint64_t ms);
/// Returns how long it has been, in one unit: "90 seconds", "3 hours", "12 days".
[[nodiscard]] std::string readable_time(std::uint64_t seconds);

} // namespace staffroom::cli
