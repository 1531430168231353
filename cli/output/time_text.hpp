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
/// Returns the last day of what ends at a moment: "2027-07-31" of the midnight after it in UTC, by
/// which days that people name end everywhere; empty for 0.
[[nodiscard]] std::string last_day_text(std::uint64_t end_ms);
/// The same of a moment as the node writes it, such as "2027-08-01T00:00:00Z"; what is no such
/// moment comes back as it is.
[[nodiscard]] std::string last_day_text(const std::string& end);
/// Returns how long it has been, in one unit: "90 seconds", "3 hours", "12 days".
[[nodiscard]] std::string readable_time(std::uint64_t seconds);

} // namespace staffroom::cli
