// What counts as one word in the search index, and which spellings are the same word: runs of
// letters and digits, folded by storage/search/unicode. Scripts that leave no space between words
// are cut into single characters, each with the next one beside it, so that any part of a sentence
// is found. No stemming. Registered with each connection of the search index.
#pragma once

#include "protocol/base/result.hpp"

#include <string_view>

struct sqlite3;

namespace staffroom::storage {

/// The name by which the schema calls it.
inline constexpr std::string_view word_splitter = "staffroom_words";
/// Longer words are found by as much of their beginning.
inline constexpr std::size_t word_bytes_max = 256;

/// Errors: io_error (an engine without full-text search).
[[nodiscard]] Result<void> register_word_splitter(sqlite3* connection);

/// The beginning of `text` that has no more than `left` words; as many are taken from `left`. Of a
/// script without spaces each character counts as two.
[[nodiscard]] std::string_view first_words(std::string_view text, std::size_t& left);

} // namespace staffroom::storage
