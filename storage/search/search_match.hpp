// What is looked for as one expression of the engine, and the filter beside it. The name of a
// school stands once in a table of its own, not among the words of each of its records, so that a
// rename costs one row: a term that is part of a name also means the records of the schools so
// called. Called by storage/search/search_reader only.
#pragma once

#include "storage/search/search_index.hpp"

#include <string>
#include <variant>
#include <vector>

namespace staffroom::storage {

/// Of all terms of a question together: so many schools are looked for by their names.
inline constexpr std::size_t named_schools_max = 256;

/// The word that stands in the records of one school for its name.
[[nodiscard]] std::string school_word(const SchoolId& school);

/// Errors: those of SqlStatement::step.
[[nodiscard]] Result<std::string> expression_of(SqlConnection& reader, const SearchMatch& match);

/// The conditions of a filter as SQL over `r`, with its values in the order of their places.
struct Conditions {
    std::string sql;
    std::vector<std::variant<std::int64_t, std::string_view, ByteView>> values;
};

[[nodiscard]] Conditions conditions_of(const SearchFilter& filter);
/// From `place` on.
void bind_all(SqlStatement& statement, int place, const Conditions& conditions);

/// Rows for json_each.
[[nodiscard]] std::string as_json(const std::vector<std::int64_t>& rows);

} // namespace staffroom::storage
