// The table of the API: method, path pattern, handler. Finds the handler of a request and fills in
// what the pattern and the query say. Not here: rights (http/guard) and sockets (http/server).
#pragma once

#include "node/http/message.hpp"
#include "node/services/services.hpp"

namespace staffroom::http {

/// Handlers run on the network thread and answer through `respond`, at once or later.
using Handler = void (*)(const services::Services&, const Request&, const Respond& respond);

/// Answers every request: with its handler's answer, or 404, 405, or 400 for a query that cannot be
/// read.
void dispatch(const services::Services& services, Request request, const Respond& respond);

/// %41 is A, and in a query + is a space. Nothing for a broken escape.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool is_query);

} // namespace staffroom::http
