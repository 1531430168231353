#include "node/http/plain/frame.hpp"

#include "node/http/answers/negotiation.hpp"
#include "node/http/plain/sign_in_sheet.hpp"

#include <boost/json.hpp>

#include <array>

namespace staffroom::http::plain {
namespace {

/// There is no script-src, so nothing runs, whatever stands in the page.
constexpr const char* policy =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

Html search_field(const PageWords& words) {
    return html(
        R"(<form class="find" role="search" action="/plain/search">)"
        R"(<input type="search" name="q" aria-label="{}" placeholder="{}">)"
        R"(<button>{}</button></form>)",
        words.t("search.label"),
        words.t("search.placeholder"),
        words.t("library.search")
    );
}

Html sign_out_form(const Request& request, const PageWords& words) {
    return html(
        R"(<form method="post" action="/plain/sign-out"><p class="me"><bdi>{}</bdi> )"
        R"(<input type="hidden" name="csrf" value="{}">)"
        R"(<button class="quiet">{}</button></p></form>)",
        request.caller.person()->name,
        request.caller.csrf(),
        words.t("me.out")
    );
}

Html masthead(const services::Services& services, const Request& request, const PageWords& words) {
    const bool is_reader = request.caller.reader().reads_records();
    const std::string& school = services.config.name;
    return html(
        R"(<header class="masthead"><p class="name"><a href="/plain"><bdi>{}</bdi></a></p>{}{})"
        R"(</header>)",
        school.empty() || !request.caller.is_known() ? words.t("app.name") : school,
        is_reader ? search_field(words) : Html(),
        request.caller.person() != nullptr && request.caller.has_cookie()
            ? sign_out_form(request, words)
            : Html()
    );
}

/// Returns a problem in the reader's language where its words are there, else as the API says it.
std::string sentence_of(const PageWords& words, const boost::json::object& problem, int status) {
    const auto text = [&](std::string_view name) {
        const auto* found = problem.if_contains(name);
        return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
    };
    return words.say(
        {"problem." + text("code"), "problem.http." + std::to_string(status)}, text("detail")
    );
}

} // namespace

bool is_plain_address(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    return path == "/plain" || path.starts_with("/plain/");
}

const PageWords& words_for(const Request& request) {
    return PageWords::preferred(request.accept_language);
}

Response page(const services::Services& services, const Request& request, const Sheet& sheet) {
    const PageWords& words = words_for(request);
    const Html whole = html(
        R"(<!doctype html><html lang="{}" dir="{}"><head><meta charset="utf-8">)"
        R"(<meta name="viewport" content="width=device-width, initial-scale=1">)"
        R"(<meta name="color-scheme" content="light dark"><title>{}</title>)"
        R"(<link rel="stylesheet" href="/plain/style.css"></head><body>)"
        R"(<p class="skip"><a href="#main">{}</a></p>{}<main id="main">{}</main>)"
        R"(<footer class="colophon"><p>{} <a href="/">{}</a></p></footer></body></html>)"
        "\n",
        words.language(),
        words.direction(),
        sheet.title + " · " + words.t("app.name"),
        words.t("skip"),
        masthead(services, request, words),
        sheet.main,
        words.t("colophon.text"),
        words.t("plain.whole")
    );
    // A form's own Origin would be sent as "null" without this, and be refused.
    return {
        sheet.status,
        "text/html; charset=utf-8",
        whole.text(),
        {{"Content-Security-Policy", policy},
         {"Content-Language", std::string(words.language())},
         {"Cross-Origin-Opener-Policy", "same-origin"},
         {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
         {"Referrer-Policy", "same-origin"},
         {"Vary", "Accept, Accept-Language"}}};
}

Response as_page(const services::Services& services, const Request& request, Response response) {
    constexpr std::array<std::string_view, 2> types{"application/problem+json", "text/html"};
    if (!is_plain_address(request.target) || bare_type(response.content_type) != types.front() ||
        best_of(request.accept, types) != std::optional<std::size_t>(1))
        return response;
    const PageWords& words = words_for(request);
    boost::system::error_code error;
    const boost::json::value problem = boost::json::parse(response.body, error);
    if (error || !problem.is_object())
        return response;
    const std::string sentence = sentence_of(words, problem.get_object(), response.status);
    Response shown = page(
        services,
        request,
        {words.t("plain.refused"),
         html(R"(<h1>{}</h1><p class="note warm">{}</p>)", words.t("plain.refused"), sentence),
         response.status}
    );
    if (response.status == 401)
        shown = sign_in_page(services, request, {sentence, request.target, response.status});
    // What its status asks for stays: when to come back, and how to be known.
    for (auto& header : response.headers)
        if (header.first == "Retry-After" || header.first == "WWW-Authenticate")
            shown.headers.push_back(std::move(header));
    return shown;
}

} // namespace staffroom::http::plain
