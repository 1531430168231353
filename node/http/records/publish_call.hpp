// The call from a handler to the service that publishes: as whom a caller writes, and the note of
// who wrote what, before any answer. Called by the handlers that write records. Not here: what the
// answer looks like (publish_answers).
//
//   handler -> write_one -> publish_for -> services::Publishing -> who wrote it -> to_response
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/publishing/publishing.hpp"
#include "node/services/services.hpp"

namespace staffroom::http {

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
