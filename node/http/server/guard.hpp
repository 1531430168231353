// Who may ask what, before any handler runs. The Unix socket has full rights, because its file's
// mode guards it. Over TCP the health checks and the kinds of problem alone are answered to anyone;
// other reads need the token of the data folder and this very machine. What a proxy says of whom it
// asks for (X-Forwarded-For, Forwarded) gives no rights and takes none.
#pragma once

#include "node/http/answers/problem.hpp"
#include "node/http/server/router.hpp"

#include <optional>
#include <string>

namespace staffroom::http {

/// The caller of the request, who is the owner where it shows this token. Takes equal time for
/// every wrong token.
[[nodiscard]] Caller caller_with(const Request& request, const std::string& token);

/// `access`: of its route; of what answers at the address where the method has no route. Nothing:
/// the request may go on. Whether it shows the token its caller says already.
[[nodiscard]] std::optional<Problem> refusal(const Request& request, Access access);

} // namespace staffroom::http
