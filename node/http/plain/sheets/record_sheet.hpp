// A record, as the API tells it, as the main part of a plain page. Pure. Called by
// http/plain/plain_record.
#pragma once

#include "node/http/plain/sheets/asked.hpp"
#include "node/http/plain/text/html.hpp"
#include "node/http/plain/text/page_words.hpp"

namespace staffroom::http::plain {

struct ToldRecord {
    const JsonObject& record;  // GET /api/v1/records/{id}
    const JsonObject& lineage; // GET /api/v1/records/{id}/lineage
    const JsonObject& history; // GET /api/v1/records/{id}/history
    std::string origin;        // "http://HOST:PORT" of this node, for the citation
};

[[nodiscard]] Html record_sheet(const PageWords& words, const ToldRecord& told);

/// Returns what is said of a record around its words: what it is filed under, files, revisions, who
/// may read it, how it is cited.
[[nodiscard]] Html record_margin(const PageWords& words, const ToldRecord& told);
/// Returns where it was tried, what others say of it, and where it comes from.
[[nodiscard]] Html record_answers(const PageWords& words, const ToldRecord& told);

} // namespace staffroom::http::plain
