// Which words of a record stand in which column of the search index, and by which of its values it
// is found. Pure. Called by services/search/indexer.
#pragma once

#include "protocol/records/body.hpp"
#include "storage/search/search_index.hpp"

namespace staffroom::services {

using SearchWords = std::array<std::string, storage::search_columns>;

/// `text` holds the summary, the whole text, fields of free words, files and where an import is
/// from (who made it is an author); `context` and `outcome` hold their fields and sections once
/// more, outcomes of every sort alike. Markdown as it is read; no part of a text twice in a column.
/// The name of the school itself is not among them (storage/search/search_match).
[[nodiscard]] SearchWords search_words(const records::RecordBody& body);

/// Phases, subjects and focus.
[[nodiscard]] std::vector<storage::FacetValue> search_facets(const records::RecordBody& body);

} // namespace staffroom::services
