#include "node/http/plain/sign_in_sheet.hpp"

#include "node/accounts/accounts.hpp"
#include "node/http/people/cookies.hpp"
#include "node/http/people/own_address.hpp"
#include "node/http/plain/frame.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace staffroom::http::plain {
namespace {

constexpr std::chrono::hours form_life{12};
constexpr std::size_t destination_bytes_max = 2000;

std::string new_cookie(const services::Services& services) {
    std::array<std::uint8_t, 20> raw{};
    services.core.random().fill(raw);
    return to_base32(ByteView(raw));
}

} // namespace

std::string own_destination(const std::string& wanted) {
    const bool is_plain = is_plain_address(wanted) && wanted.size() <= destination_bytes_max &&
                          wanted.find("/sign-") == std::string::npos;
    const bool is_address = std::ranges::all_of(wanted, [](char letter) {
        return letter > 0x20 && letter < 0x7f && letter != '\\' && letter != '"' && letter != '<';
    });
    return is_plain && is_address ? wanted : "/plain";
}

bool has_own_form(const services::Services& services, const Request& request) {
    const bool by_tls = came_by_tls(request, services.config);
    const auto cookie = cookie_of(request.cookie, CookieKind::form, by_tls);
    const auto given = request.form.find("form");
    return cookie && given != request.form.end() &&
           is_same_token(given->second, accounts::forgery_guard(*cookie));
}

Response
sign_in_page(const services::Services& services, const Request& request, const SignInSheet& sheet) {
    const PageWords& words = words_for(request);
    const bool by_tls = came_by_tls(request, services.config);
    // The same cookie again, so that two windows may both sign in.
    const std::string cookie =
        cookie_of(request.cookie, CookieKind::form, by_tls).value_or(new_cookie(services));
    const Html trouble = sheet.trouble.empty()
                             ? Html()
                             : html(R"(<p class="note warm" role="alert">{}</p>)", sheet.trouble);
    const Html form = html(
        R"(<div class="narrow"><h1>{}</h1><p class="lead">{}</p>{})"
        R"(<form class="stack" method="post" action="/plain/sign-in">)"
        R"(<input type="hidden" name="form" value="{}"><input type="hidden" name="to" value="{}">)"
        R"(<p><label for="name">{}</label>)"
        R"(<input id="name" name="name" autocomplete="username" required></p>)"
        R"(<p><label for="password">{}</label><input id="password" name="password" )"
        R"(type="password" autocomplete="current-password" required></p>)"
        R"(<p><button class="main">{}</button></p></form><p class="soft">{}</p></div>)",
        words.t("signin.title"),
        words.t("signin.lead"),
        trouble,
        accounts::forgery_guard(cookie),
        own_destination(sheet.to),
        words.t("signin.name"),
        words.t("signin.password"),
        words.t("signin.go"),
        words.t("signin.help")
    );
    Response response = page(services, request, {words.t("signin.title"), form, sheet.status});
    response.headers.emplace_back(
        "Set-Cookie", set_cookie(CookieKind::form, by_tls, cookie, form_life)
    );
    return response;
}

} // namespace staffroom::http::plain
