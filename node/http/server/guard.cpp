#include "node/http/server/guard.hpp"

#include <sodium.h>

#include <algorithm>
#include <string_view>

namespace staffroom::http {
namespace {

constexpr std::string_view bearer = "bearer";

/// Tells whether the request shows the token. The word before it is read in any letters, and more
/// than one space may follow it (RFC 9110 11.1, 11.4).
bool has_token(const Request& request, const std::string& token) {
    std::string_view given = request.authorization;
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    };
    if (given.size() <= bearer.size() ||
        !std::ranges::equal(given.substr(0, bearer.size()), bearer, same))
        return false;
    given.remove_prefix(bearer.size());
    if (given.front() != ' ')
        return false;
    given.remove_prefix(std::min(given.find_first_not_of(' '), given.size()));
    if (token.empty() || given.size() != token.size())
        return false;
    return sodium_memcmp(given.data(), token.data(), token.size()) == 0;
}

} // namespace

Caller caller_with(const Request& request, const std::string& token) {
    return has_token(request, token) ? request.caller.with_token() : request.caller;
}

std::optional<Problem> refusal(const Request& request, Access access) {
    const bool is_read = request.method == Method::get || request.method == Method::options;
    // An address that is open to anyone is known to be there: the router says which methods it
    // answers.
    if (request.caller.may_change() || access == Access::anyone)
        return std::nullopt;
    // For a stranger an address that it may not use does not exist.
    if (!is_read || !request.caller.is_on_this_machine() || access == Access::local)
        return Problem{
            404,
            "request.not-found",
            "Not found",
            "There is nothing at this address.",
            "use the Unix socket in the data folder.",
            Exit::failed};
    if (!request.caller.is_owner())
        return Problem{
            401,
            "request.token",
            "Token missing",
            "This needs the token of the node.",
            "send the content of api.token in the data folder as a bearer token.",
            Exit::failed};
    return std::nullopt;
}

} // namespace staffroom::http
