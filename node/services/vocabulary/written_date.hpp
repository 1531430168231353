// Days and moments as people and programs write them: RFC 3339, with a space for the T, with and
// without a zone, "3 May 2024". No day is guessed: 03/04/2024 is two days. Not here: times of an
// export (services/records/exported_texts). Called by services/records/record_file and
// record_fields.
#pragma once

#include "protocol/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns the day as YYYY-MM-DD, if the calendar has it.
[[nodiscard]] std::optional<std::string> written_day(std::string_view text);

/// Returns a moment: without a zone in UTC, without a time at midnight. Nothing: no such day, or
/// before 1970.
[[nodiscard]] std::optional<WallTime> written_moment(std::string_view text);

/// Returns midnight UTC of a day written YYYY-MM-DD; nothing when the calendar has no such day, or
/// it is before 1970.
[[nodiscard]] std::optional<WallTime> day_of(std::string_view text);

} // namespace staffroom::services
