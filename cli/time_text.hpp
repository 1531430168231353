// Times as people read them, UTC. Called by the commands.
#pragma once

#include <cstdint>
#include <string>

namespace staffroom::cli {

/// Milliseconds since 1970 as 2026-02-28 14:05.
[[nodiscard]] std::string time_text(std::uint64_t ms);
/// The day alone.
[[nodiscard]] std::string day_text(std::uint64_t ms);

} // namespace staffroom::cli
