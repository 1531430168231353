// The words that people type into a search, as an expression of the engine. A typed text could use
// the engine's own syntax to do more than search; so only words, "phrases" and begin* mean
// something, and every other sign is part of a word or stands between words. Called by
// services/search.
#pragma once

#include "protocol/base/result.hpp"
#include "storage/search/search_index.hpp"

#include <span>
#include <string>
#include <string_view>

namespace staffroom::services {

inline constexpr std::size_t query_characters_max = 500;
inline constexpr std::size_t query_terms_max = 32;
/// The fewest letters of a beginning: fewer begin so many words that looking them all up takes
/// seconds.
inline constexpr std::size_t prefix_characters_min = 3;

/// Makes a match. All terms have to stand in a record, in any of `columns` (none given: anywhere).
/// Quotation marks that are not closed are closed at the end; bytes that are not UTF-8 count as
/// spaces. A star says nothing after a script without spaces, whose every part is found. Errors:
/// invalid_input (no word, too many, too long, too short before a star).
[[nodiscard]] Result<storage::SearchMatch>
match_of(std::string_view typed, std::span<const storage::SearchColumn> columns);

/// Reads "title,outcome" as columns. Errors: unknown_value; the detail names the nearest one.
[[nodiscard]] Result<std::vector<storage::SearchColumn>> columns_from(std::string_view names);

} // namespace staffroom::services
