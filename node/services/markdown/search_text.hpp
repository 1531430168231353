// The words of a record for each column of the search index, and the values by which it is found.
// Pure. Called by services/search/indexer.
#pragma once

#include "protocol/records/body.hpp"
#include "storage/search/search_index.hpp"

namespace staffroom::services {

using SearchWords = std::array<std::string, storage::search_columns>;

/// Returns the words by column. `text` holds the summary, the whole text, fields of free words,
/// files and the source of an import (its maker is an author); `context` and `outcome` hold their
/// fields and sections once more, outcomes of every sort alike. Markdown as it is read; no part of
/// a text twice in a column. The name of the school itself is not among them
/// (storage/search/search_match).
[[nodiscard]] SearchWords search_words(const records::RecordBody& body);

/// Returns phases, subjects and focus.
[[nodiscard]] std::vector<storage::FacetValue> search_facets(const records::RecordBody& body);

} // namespace staffroom::services
