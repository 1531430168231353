// Times as people read them: of the place where they are read (TZ), the zone beside the hour. What
// scripts read (--json) is milliseconds. Called by the commands.
#pragma once

#include <cstdint>
#include <string>

namespace staffroom::cli {

/// Milliseconds since 1970 as 2026-02-28 14:05 GMT.
[[nodiscard]] std::string time_text(std::uint64_t ms);
/// The day there, alone.
[[nodiscard]] std::string day_text(std::uint64_t ms);

} // namespace staffroom::cli
