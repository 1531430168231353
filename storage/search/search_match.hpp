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

/// The values as one text, to be stored with a revision; facet_in is what one of them is in there.
[[nodiscard]] std::string facets_of(const std::vector<FacetValue>& facets);

/// The revisions of a document: its first one has its id.
inline constexpr std::string_view rows_of_document =
    "SELECT row, revision FROM revisions WHERE substr(revision, 1, 8) = substr(?1, 1, 8)"
    " AND revision = ?1 AND document IS NULL UNION ALL"
    " SELECT row, revision FROM revisions WHERE substr(document, 1, 8) = substr(?1, 1, 8)"
    " AND document IS NOT NULL AND document = ?1";

/// The conditions of a filter as SQL over `r`, with its values in the order of their places.
struct Conditions {
    std::string sql;
    std::vector<std::variant<std::int64_t, std::string, ByteView>> values;
};

[[nodiscard]] Conditions conditions_of(const SearchFilter& filter);
/// From `place` on.
void bind_all(SqlStatement& statement, int place, const Conditions& conditions);

/// Rows for json_each.
[[nodiscard]] std::string as_json(const std::vector<std::int64_t>& rows);

} // namespace staffroom::storage
