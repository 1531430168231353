// Who may ask what, before any handler runs: whether the request was meant for this node, whom it
// stands for, whether its row of the table lets that caller in, and whether a change by cookie was
// really made by the page. The Unix socket has full rights, because its file's mode guards it.
#pragma once

#include "node/base/config.hpp"
#include "node/http/answers/problem.hpp"
#include "node/http/routes/router.hpp"
#include "node/http/server/request_head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::http {

/// What stands behind "Bearer": the scheme in any letters, more than one space may follow it
/// (RFC 9110 11.1, 11.4). Nothing for another scheme.
[[nodiscard]] std::optional<std::string_view> bearer_of(const Request& request);

/// Nothing: the request may go on. `askers`: of its route; of whatever answers at the address where
/// the method has no route. Errors: `request.host` (421), `request.origin`, `request.role`,
/// `request.csrf` (403), `request.token` (401).
[[nodiscard]] std::optional<Problem>
refusal(const Request& request, Askers askers, const node::Config& config);

/// What is asked without TLS at the door of TLS: a reader is led to the same address by https,
/// where the host is this node's own; anybody else is told in one sentence (`request.https`).
[[nodiscard]] Response
to_https(const RequestHead& head, const node::Config& config, const std::string& request_id);

} // namespace staffroom::http
