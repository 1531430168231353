// Who may ask what, before any handler runs. The Unix socket has full rights, because its file's
// mode guards it. Over TCP the health checks alone are answered to anyone; other reads need the
// token of the data folder and this very machine.
#pragma once

#include "node/http/problem.hpp"
#include "node/http/router.hpp"

#include <optional>
#include <string>

namespace staffroom::http {

/// Nothing: the request may go on. Takes equal time for every wrong token.
[[nodiscard]] std::optional<Problem>
refusal(const Request& request, const std::string& token, Access access);

} // namespace staffroom::http
