// The head of a request as it came over the wire, before its body is read: the demands of RFC 9110
// and 9112 on it, and the request that handlers see. Plain values; knows no socket and no HTTP
// library. Called by http/server/serving. Trailers never come here: they arrive after the head was
// taken.
#pragma once

#include "node/http/answers/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace staffroom::http {

struct RequestHead {
    unsigned version = 11; // 10 or 11
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> fields{}; // in order, names in small letters
};

/// Returns all lines of this name (in small letters), joined by ", ".
[[nodiscard]] std::string field_value(const RequestHead& head, std::string_view name);

/// Returns why the request is refused before its body is read. Two readers of one request, such as
/// a proxy and this node, could be made to disagree on where it ends; so these are refused: a
/// missing Host, fields that stand twice, framing that can be understood in two ways, an unknown
/// expectation or coding.
[[nodiscard]] std::optional<Problem> head_problem(const RequestHead& head);

/// Tells whether a first line, whole and up to its CR, is of another version, as "GET /path
/// HTTP/2.0" is; a stray space or a lone line feed is only an error.
[[nodiscard]] bool names_other_version(std::string_view first_line);

/// Tells whether the client waits for "100 Continue" before it sends its body.
[[nodiscard]] bool waits_for_continue(const RequestHead& head);

[[nodiscard]] Method method_from(std::string_view word);

/// Returns path and query of a target that a proxy may have sent as a whole address (RFC 9112
/// 3.2.2).
[[nodiscard]] std::string origin_form(std::string_view target);

/// Makes a request of everything but the body and the id. HEAD is asked as GET; the writer of the
/// answer leaves its body out.
[[nodiscard]] Request request_from(const RequestHead& head, Caller caller);

} // namespace staffroom::http
