// The query of a request as its handler asks for it. Called by the router and the handlers.
#pragma once

#include "node/http/answers/message.hpp"
#include "protocol/base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::http {

/// Decodes a text: %41 is A, and in a query + is a space. Nothing for a broken escape.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool is_query);

/// Reads "a=1&b=2", as it stands in an address or is sent by a form; of a name that stands there
/// twice the last one counts. Nothing for broken escapes and for bytes that are no text.
[[nodiscard]] std::optional<std::map<std::string, std::string>> parse_query(std::string_view query);

/// Returns a value of the query, decoded; empty when it is missing.
[[nodiscard]] std::string query_text(const Request& request, const std::string& name);
/// Reads a number. Errors: invalid_input (no whole number in [low, high]); the detail names the
/// value.
[[nodiscard]] Result<std::uint64_t> query_whole(
    const Request& request,
    const std::string& name,
    std::uint64_t otherwise,
    std::pair<std::uint64_t, std::uint64_t> range
);

} // namespace staffroom::http
