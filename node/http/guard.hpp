// Who may ask what, before any handler runs. The Unix socket has full rights, because its file's
// mode guards it. Over TCP only the health check is answered; other reads need the token of the
// data folder and this very machine.
#pragma once

#include "node/http/problem.hpp"

#include <optional>
#include <string>

namespace staffroom::http {

/// Nothing: the request may go on. Takes equal time for every wrong token.
[[nodiscard]] std::optional<Problem> refusal(const Request& request, const std::string& token);

} // namespace staffroom::http
