// What counts as one word, and which spellings are the same word: the engine's own unicode61, which
// folds case and the accents of Latin and Greek, and after it the vowel marks of Arabic and Hebrew,
// the Arabic lengthening stroke, and the Cyrillic letters that decompose. No stemming. Registered
// with each connection of the search index.
#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

struct sqlite3;

namespace staffroom::storage {

/// The name by which the schema calls it.
inline constexpr std::string_view word_splitter = "staffroom_words";

/// Errors: io_error (an engine without full-text search).
[[nodiscard]] Result<void> register_word_splitter(sqlite3* connection);

/// Leaves out marks and replaces letters as described; `word` is UTF-8 as unicode61 gives it.
[[nodiscard]] std::string fold_word(std::string_view word);

} // namespace staffroom::storage
