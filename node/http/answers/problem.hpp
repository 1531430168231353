// A problem, for a person and for a script: application/problem+json (RFC 9457) with a stable code,
// one sentence that names the cause, one with the next step, and the exit code of the command line.
// Used by every handler.
#pragma once

#include "node/http/answers/message.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

namespace staffroom::http {

/// Exit codes of the command line. Scripts know them: never renumber.
enum class Exit : int {
    done = 0,
    failed = 1,
    usage = 2,
    attention = 4,
    refused = 5,
    unreachable = 6,
    bad_configuration = 78,
};

struct Problem {
    int status;
    std::string code;
    std::string title; // of a code that problem_types does not have; the table's own wins
    std::string sentence;
    std::string next;
    Exit exit;
};

/// Returns the problem of an expected failure. A detail is shown where it was written for the user,
/// and replaced by a fixed sentence where it was written for the trace.
[[nodiscard]] Problem problem_from(const Error& error);

/// Returns the problem of a wrong id or name: `id.not-found`, `id.ambiguous`, else as problem_from.
[[nodiscard]] Problem problem_from_id(const Error& error);

/// Returns the problem of a request that this API does not understand.
[[nodiscard]] Problem bad_request(std::string sentence);

/// Returns `request.not-acceptable` (406); `offered` lists the forms that there are.
[[nodiscard]] Problem not_acceptable(std::string_view offered);

/// Returns `node.busy`: no place for one more connection.
[[nodiscard]] Problem all_places_taken();

/// Returns `node.busy`: too many answers wait for their readers.
[[nodiscard]] Problem answers_unread();

/// Returns `node.no-answer`: a handler said nothing in the longest time that it may take.
[[nodiscard]] Problem no_answer_found();

/// Returns `node.busy`: the answer would have taken longer than anybody should wait.
[[nodiscard]] Problem reading_too_long();

/// Makes a response, with the headers that its status asks for: WWW-Authenticate, Retry-After (RFC
/// 9110 11.6.1, 10.2.3).
[[nodiscard]] Response to_response(const Problem& problem, const std::string& request_id);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> headers_of_status(int status);
/// Answers with problem_from(error).
void refuse(const Request& request, const Respond& respond, const Error& error);
/// Returns the error of a text that was typed where HOST:PORT belongs.
[[nodiscard]] Error not_an_address(std::string_view typed);

} // namespace staffroom::http
