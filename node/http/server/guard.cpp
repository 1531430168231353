#include "node/http/server/guard.hpp"

#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "node/http/routes/rights.hpp"

#include <algorithm>

namespace staffroom::http {
namespace {

constexpr std::string_view bearer = "bearer";

bool is_reading(const Request& request) {
    return request.method == Method::get || request.method == Method::options;
}

/// A program that watches the node asks under whatever name it was given, and learns nothing that
/// another page could use.
bool is_watched(const Request& request) {
    const std::string_view path =
        std::string_view(request.target).substr(0, request.target.find('?'));
    return path == "/healthz" || path == "/readyz";
}

/// A bearer's token is in no browser, so no page can send it along.
bool has_bearer(const Request& request) {
    return request.caller.is_known() && !request.caller.has_cookie();
}

std::optional<Problem> misdirected(const Request& request, const node::Config& config) {
    if (request.caller.is_at_socket() || is_watched(request) || has_bearer(request))
        return std::nullopt;
    if (!is_own_host(request.host, config))
        return Problem{
            421,
            "request.host",
            "",
            "This node does not answer under that name.",
            "open it by its address, or put the name into node.web_names.",
            ExitCode::refused};
    if (!is_reading(request) && !is_own_origin(request))
        return Problem{
            403,
            "request.origin",
            "",
            "A page of another place may not change anything here.",
            "use the page of this node.",
            ExitCode::refused};
    return std::nullopt;
}

Problem not_signed_in() {
    return {
        401,
        "request.token",
        "",
        "This needs somebody who is signed in, or a token.",
        "sign in, or send a token as a bearer token.",
        ExitCode::failed};
}

Problem wrong_role(const Caller& caller) {
    if (caller.stand() == Caller::Stand::reading_token || caller.stand() == Caller::Stand::token)
        return {
            403,
            "request.scope",
            "",
            "This token reads, and is not let in here.",
            "use a token of the scope that this needs.",
            ExitCode::refused};
    return {
        403,
        "request.role",
        "",
        "This is for another role.",
        "ask somebody of this school who has it.",
        ExitCode::refused};
}

bool has_csrf(const Request& request) {
    return is_same_token(request.csrf, request.caller.csrf());
}

} // namespace

std::optional<std::string_view> bearer_of(const Request& request) {
    std::string_view given = request.authorization;
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    };
    if (given.size() <= bearer.size() ||
        !std::ranges::equal(given.substr(0, bearer.size()), bearer, same))
        return std::nullopt;
    given.remove_prefix(bearer.size());
    if (given.front() != ' ')
        return std::nullopt;
    given.remove_prefix(std::min(given.find_first_not_of(' '), given.size()));
    return given;
}

std::optional<Problem> refusal(const Request& request, Askers askers, const node::Config& config) {
    if (auto problem = misdirected(request, config))
        return problem;
    // Where nothing is, the router says so; the description of the API is no secret.
    if (askers.is_empty() || askers.has(Asker::stranger))
        return std::nullopt;
    if (!request.caller.is_known())
        return not_signed_in();
    if (!may_ask(request.caller, request.method, askers))
        return wrong_role(request.caller);
    if (request.caller.has_cookie() && !is_reading(request) && !has_csrf(request))
        return Problem{
            403,
            "request.csrf",
            "",
            "A change by cookie needs the header Staffroom-CSRF of its session.",
            "read it with GET /api/v1/session and send it along.",
            ExitCode::refused};
    return std::nullopt;
}

Response
to_https(const RequestHead& head, const node::Config& config, const std::string& request_id) {
    const std::string host = field_value(head, "host");
    const bool is_reading = method_from(head.method) == Method::get;
    // Attack: a Host that leads to another place. Only the node's own is repeated.
    if (is_reading && is_own_host(host, config) && head.target != "*")
        return {307, "", "", {{"Location", "https://" + host + origin_form(head.target)}}};
    return to_response(
        Problem{
            400,
            "request.https",
            "",
            "This port speaks HTTPS, and this came as plain HTTP.",
            "ask again with https:// at the beginning of the address.",
            ExitCode::usage},
        request_id
    );
}

} // namespace staffroom::http
