// The headers that every answer has, and the rule that keeps a value from becoming a second header.
// Called by http/server/serving for each answer, whatever it is.
#pragma once

#include "node/http/answers/message.hpp"
#include "protocol/base/time.hpp"

#include <string>
#include <utility>
#include <vector>

namespace staffroom::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Formats a time as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7); the last second of the year
/// 9999 at most.
[[nodiscard]] std::string http_date(WallTime time);

/// Makes one line of a value. A file name of another school may stand in a header; it must not be
/// able to begin one.
[[nodiscard]] std::string one_line(std::string value);

/// Returns Date, the request's id, and the headers that keep browsers from keeping, guessing at,
/// framing or running anything; then the answer's own, which win over these. Nothing says what the
/// node runs on.
[[nodiscard]] Headers
reply_headers(const Response& response, const std::string& request_id, WallTime now);

} // namespace staffroom::http
