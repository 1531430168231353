// Records in a list, and what a page says of one in a line. Called by this room's handlers.
#pragma once

#include "node/http/plain/sheets/asked.hpp"
#include "node/http/plain/text/html.hpp"
#include "node/http/plain/text/page_words.hpp"

namespace staffroom::http::plain {

/// Returns the address of a record, or of its revision `number` for ever.
[[nodiscard]] std::string record_address(const std::string& id, std::uint64_t number = 0);
/// Returns the title of a row, or what stands there while it is on its way.
[[nodiscard]] std::string title_of(const PageWords& words, const JsonObject& row);
/// Returns the school of a row, or of another network's record that network with its place.
[[nodiscard]] std::string whose(const PageWords& words, const JsonObject& row);
/// Returns a list of rows as /api/v1/records or /api/v1/search gives them, with the words that were
/// found marked.
[[nodiscard]] Html record_list(const PageWords& words, const std::vector<const JsonObject*>& rows);
/// Returns a section with its heading; nothing where it has nothing to say.
[[nodiscard]] Html section(const std::string& heading, const Html& content);

} // namespace staffroom::http::plain
