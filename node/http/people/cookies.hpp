// The cookies of the page: read from what a browser sends, and written for it. Bytes from outside,
// so what is no cookie is passed over. Pure.
#pragma once

#include "node/http/answers/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::http {

enum class CookieKind {
    session,
    device, // of a browser that has signed in before: nobody else's guesses lock it out
    setup,  // of whoever typed the code of the first start
    form,   // of a browser that was given a form to sign in by
};

/// "__Host-staffroom" by TLS, else "staffroom": a browser takes the first by TLS only, and from no
/// other host.
[[nodiscard]] std::string cookie_name(CookieKind kind, bool by_tls);

/// The value that the request has of it, at most 256 characters of base 32; nothing else is one.
[[nodiscard]] std::optional<std::string>
cookie_of(std::string_view header, CookieKind kind, bool by_tls);

/// The value of Set-Cookie. HttpOnly, SameSite=Strict, Path=/.
[[nodiscard]] std::string
set_cookie(CookieKind kind, bool by_tls, std::string_view value, std::chrono::seconds life);
/// Takes it away from the browser.
[[nodiscard]] std::string clear_cookie(CookieKind kind, bool by_tls);

/// Compares what was sent with a token. Takes equal time for every wrong one of the same length; an
/// empty token opens nothing.
[[nodiscard]] bool is_same_token(std::string_view given, std::string_view token);

} // namespace staffroom::http
