// The words of one revision as the search index keeps them for snippets: all columns together,
// compressed with the dictionary of bodies, and the engine's functions that take one column out
// again. The schema names these functions. Not here: which words they are
// (storage/search/search_writer).
#pragma once

#include "storage/search/search_index.hpp"

namespace staffroom::storage {

using ColumnWords = std::array<std::string, search_columns>; // by SearchColumn

/// Packs the columns. No control character but line ends and tabs stands in them.
[[nodiscard]] Bytes pack_words(const ColumnWords& words);
/// Errors: corrupt.
[[nodiscard]] Result<ColumnWords> unpack_words(ByteView packed);

/// Adds to the connection packed_column(packed, column), the words of one SearchColumn, and
/// school_word(school), as storage/search/search_match has it. What was not packed so is corrupt.
/// Errors: io_error.
[[nodiscard]] Result<void> register_packed_words(sqlite3* connection);

} // namespace staffroom::storage
