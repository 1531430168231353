// The one table of the API: method, path pattern, who may ask, what the body is, handler. The
// page, the command line and every program go through it; the description of the API is held
// against it by test. Finds the handler of a request and fills in what the pattern and the query
// say. Not here: how a right is checked (http/server/guard) and sockets (http/server).
#pragma once

#include "node/http/answers/message.hpp"
#include "node/http/routes/askers.hpp"
#include "node/services/services.hpp"
#include "protocol/base/limits.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace staffroom::http {

inline constexpr std::size_t body_bytes_max = 2 * limits::kib * limits::kib;
/// What somebody sends who is not known yet.
inline constexpr std::size_t stranger_body_bytes_max = 4 * limits::kib;

enum class BodyType {
    json,
    bytes, // a piece of a file, whatever it is said to be
    form,  // name=value&...: of a browser without scripts
};

/// The visible part of a row of the table.
struct RouteFacts {
    Method method;
    std::string_view pattern; // a segment {name} takes one segment of the path
    Askers askers;
    BodyType body = BodyType::json;
    std::size_t body_bytes_max = http::body_bytes_max;
};

/// A handler, which runs on the network thread and answers through `respond`, at once or later.
using Handler = void (*)(const services::Services&, const Request&, const Respond& respond);

/// Returns the whole table, in its order.
[[nodiscard]] std::span<const RouteFacts> routes();
/// Returns the row that answers a target (path and query); null when none does.
[[nodiscard]] const RouteFacts* find_route(Method method, std::string_view target);

/// Everybody to whom something answers at a target, by whatever method; nobody: nothing does.
[[nodiscard]] Askers askers_at(std::string_view target);

/// Answers every request: with its handler's answer, with the answer to OPTIONS, or with 404, 405
/// with Allow, 501, or 400 for a query that cannot be read.
void dispatch(const services::Services& services, Request request, const Respond& respond);

} // namespace staffroom::http
