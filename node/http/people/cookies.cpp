#include "node/http/people/cookies.hpp"

#include <sodium.h>

#include <algorithm>

namespace staffroom::http {
namespace {

constexpr std::size_t cookie_bytes_max = 256;

bool is_cookie_value(std::string_view value) {
    return !value.empty() && value.size() <= cookie_bytes_max &&
           std::ranges::all_of(value, [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
           });
}

std::string_view bare_cookie_name(CookieKind kind) {
    switch (kind) {
    case CookieKind::session: return "staffroom";
    case CookieKind::device: return "staffroom-device";
    case CookieKind::setup: return "staffroom-setup";
    case CookieKind::form: return "staffroom-form";
    }
    return "";
}

} // namespace

std::string cookie_name(CookieKind kind, bool by_tls) {
    return (by_tls ? "__Host-" : "") + std::string(bare_cookie_name(kind));
}

std::optional<std::string> cookie_of(std::string_view header, CookieKind kind, bool by_tls) {
    const std::string name = cookie_name(kind, by_tls);
    while (!header.empty()) {
        const std::size_t end = header.find(';');
        std::string_view pair = header.substr(0, end);
        header = end == std::string_view::npos ? std::string_view{} : header.substr(end + 1);
        pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name)
            continue;
        const std::string_view value = pair.substr(equals + 1);
        // The first one counts: a browser sends the one with the longest path before others.
        return is_cookie_value(value) ? std::optional(std::string(value)) : std::nullopt;
    }
    return std::nullopt;
}

std::string
set_cookie(CookieKind kind, bool by_tls, std::string_view value, std::chrono::seconds life) {
    return cookie_name(kind, by_tls) + "=" + std::string(value) +
           "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(life.count()) +
           (by_tls ? "; Secure" : "");
}

std::string clear_cookie(CookieKind kind, bool by_tls) {
    return set_cookie(kind, by_tls, "", std::chrono::seconds(0));
}

bool is_same_token(std::string_view given, std::string_view token) {
    if (token.empty() || given.size() != token.size())
        return false;
    return sodium_memcmp(given.data(), token.data(), token.size()) == 0;
}

} // namespace staffroom::http
