// The table of the API: method, path pattern, handler, limits. Finds the handler of a request and
// fills in the values of pattern and query. Not here: rights (http/server/guard) and sockets
// (http/server).
#pragma once

#include "node/http/answers/message.hpp"
#include "node/services/services.hpp"
#include "protocol/base/limits.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace staffroom::http {

inline constexpr std::size_t body_bytes_max = 2 * limits::kib * limits::kib;

/// The callers that may ask, beside the Unix socket, which may ask everything.
enum class Access {
    anyone, // over TCP too, without a token: says nothing of the school
    token,  // reads over TCP, from this machine and with the token
    local,  // the Unix socket alone
};

enum class BodyType {
    json,
    bytes, // a piece of a file, whatever it is said to be
};

/// The visible part of a row of the table.
struct RouteFacts {
    Method method;
    std::string_view pattern; // a segment {name} takes one segment of the path
    Access access = Access::token;
    BodyType body = BodyType::json;
    std::size_t body_bytes_max = http::body_bytes_max;
};

/// A handler, which runs on the network thread and answers through `respond`, at once or later.
using Handler = void (*)(const services::Services&, const Request&, const Respond& respond);

/// Returns the whole table, in its order.
[[nodiscard]] std::span<const RouteFacts> routes();
/// Returns the row that answers a target (path and query); null when none does.
[[nodiscard]] const RouteFacts* find_route(Method method, std::string_view target);

/// Returns the most open access of the handlers at a target, whatever the method.
[[nodiscard]] Access access_at(std::string_view target);

/// Answers every request: with its handler's answer, with the answer to OPTIONS, or with 404, 405
/// with Allow, 501, or 400 for a query that cannot be read.
void dispatch(const services::Services& services, Request request, const Respond& respond);

} // namespace staffroom::http
