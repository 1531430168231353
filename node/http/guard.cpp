#include "node/http/guard.hpp"

#include <sodium.h>

#include <string_view>

namespace staffroom::http {
namespace {

constexpr std::string_view bearer = "Bearer ";

bool has_token(const Request& request, const std::string& token) {
    const std::string_view given = request.authorization;
    if (token.empty() || !given.starts_with(bearer) || given.size() != bearer.size() + token.size())
        return false;
    return sodium_memcmp(given.data() + bearer.size(), token.data(), token.size()) == 0;
}

} // namespace

std::optional<Problem> refusal(const Request& request, const std::string& token, Access access) {
    if (request.is_local || (request.method == Method::get && access == Access::anyone))
        return std::nullopt;
    // What a stranger may not use does not exist for him.
    if (request.method != Method::get || !request.is_loopback || access == Access::local)
        return Problem{
            404,
            "request.not-found",
            "Not found",
            "There is nothing at this address.",
            "use the Unix socket in the data folder.",
            Exit::failed};
    if (!has_token(request, token))
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
