// The outcomes of records, as answers: the record, or the problem with everything that is wrong
// with it and the draft that keeps its words. Called by the handlers that write records.
#pragma once

#include "node/http/answers/json.hpp"
#include "node/http/answers/message.hpp"
#include "node/services/publishing/publishing.hpp"
#include "node/services/records/publish_outcome.hpp"
#include "node/services/services.hpp"

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

/// Publishes as this caller: with their name, what they may see and change, and on their shelf.
void publish_for(
    const services::Services& services,
    const Caller& caller,
    std::vector<services::Publishing::Wish> wishes,
    bool only_check,
    const std::function<void(const services::Publishing::Outcomes&)>& done
);

/// Writes one record, or checks it when the request says so, and answers with what became of it.
void write_one(
    const services::Services& services,
    const Request& request,
    const Respond& respond,
    services::Publishing::Wish wish,
    bool only_check
);

} // namespace staffroom::http
