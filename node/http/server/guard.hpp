// The rights of a request, judged before any handler runs. Another user of the machine, or a page
// in a browser, could ask over TCP. So the Unix socket has full rights, because its file's mode
// guards it; over TCP only the health checks and the kinds of problem are answered to anyone, and
// other reads need the token of the data folder and this very machine. A proxy's headers about its
// client (X-Forwarded-For, Forwarded) give no rights and take none.
#pragma once

#include "node/http/answers/problem.hpp"
#include "node/http/server/router.hpp"

#include <optional>
#include <string>

namespace staffroom::http {

/// Returns the caller of the request, who is the owner where it shows this token. Takes equal time
/// for every wrong token.
[[nodiscard]] Caller caller_with(const Request& request, const std::string& token);

/// Returns the refusal of a request, nothing when it may go on. `access` is that of its route, or
/// of the address where the method has no route. The caller says already whether the request shows
/// the token.
[[nodiscard]] std::optional<Problem> refusal(const Request& request, Access access);

} // namespace staffroom::http
