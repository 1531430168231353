// The outcomes of records, as answers: the record, or the problem with everything that is wrong
// with it and the draft that keeps its words. Not here: the writing (publish_call).
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/answers/message.hpp"
#include "node/services/publishing/publishing.hpp"
#include "node/services/records/publish_outcome.hpp"

namespace staffroom::http {

[[nodiscard]] Json to_json(const services::PublishedRecord& record);
/// One object a line: where, by which rule, why, and what to write instead.
[[nodiscard]] JsonArray to_json(const std::vector<pupil_details::Finding>& findings);
/// {"ok": true, ...the record} or {"ok": false, "problem": {...}}.
[[nodiscard]] Json
outcome_json(const services::PublishOutcome& outcome, const std::string& request_id);
/// Makes a response: `status` for a record that was written; 200 for one that was there already or
/// only checked.
[[nodiscard]] Response to_response(
    const services::PublishOutcome& outcome, const Request& request, int status, bool is_dry_run
);

} // namespace staffroom::http
