#include "node/http/server/guard.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;

namespace {

const std::string token = "secret";

int status_of(
    http::Method method, std::string target, std::string authorization, bool is_loopback
) {
    http::Request request{
        method,
        std::move(target),
        std::move(authorization),
        "",
        "r",
        is_loopback ? http::Caller::on_this_machine() : http::Caller::stranger(),
        {},
        {}};
    request.caller = http::caller_with(request, token);
    const auto* route = http::find_route(method, request.target);
    const auto access = route == nullptr ? http::access_at(request.target) : route->access;
    const auto problem = http::refusal(request, access);
    return problem ? problem->status : 200;
}

} // namespace

TEST_CASE("guard: the Unix socket may ask for everything", "[http]") {
    const http::Request request{
        http::Method::post, "/api/v1/networks", "", "", "r", http::Caller::at_socket(), {}, {}};

    CHECK(!http::refusal(request, http::Access::local).has_value());
}

TEST_CASE("guard: over TCP the health checks alone need no token", "[http]") {
    CHECK(status_of(http::Method::get, "/readyz", "", false) == 200);
    CHECK(status_of(http::Method::get, "/healthz", "", false) == 200);
    CHECK(status_of(http::Method::get, "/healthz?x=1", "", false) == 200);
    CHECK(status_of(http::Method::get, "/api/v1/problems/internal", "", false) == 200);
    // To a change the router answers that there is none.
    CHECK(status_of(http::Method::post, "/healthz", "", false) == 200);
    CHECK(status_of(http::Method::options, "/healthz", "", false) == 200);
    CHECK(status_of(http::Method::options, "/api/v1/status", "", false) == 404);
    CHECK(status_of(http::Method::options, "/api/v1/status", "", true) == 401);
    CHECK(status_of(http::Method::get, "/healthz/", "", false) == 404);
}

TEST_CASE("guard: reading over TCP needs this machine and the whole token", "[http]") {
    CHECK(status_of(http::Method::get, "/api/v1/status", "Bearer secret", true) == 200);
    CHECK(status_of(http::Method::get, "/api/v1/status", "Bearer secret", false) == 404);
    for (const auto* wrong :
         {"",
          "Bearer ",
          "Bearer secre",
          "Bearer secrets",
          "Bearer Secret",
          "secret",
          "Bearersecret",
          "Bearer\tsecret",
          "Bearer secret ",
          "Basic secret"})
        CHECK(status_of(http::Method::get, "/api/v1/status", wrong, true) == 401);
    // RFC 9110 11.1: the scheme's letters may be of any size.
    for (const auto* right : {"bearer secret", "BEARER  secret"})
        CHECK(status_of(http::Method::get, "/api/v1/status", right, true) == 200);
}

TEST_CASE("guard: nothing is changed over TCP, token or not", "[http]") {
    CHECK(status_of(http::Method::post, "/api/v1/networks", "Bearer secret", true) == 404);
    CHECK(status_of(http::Method::other, "/api/v1/networks", "Bearer secret", true) == 404);
}

TEST_CASE("guard: an empty token opens nothing", "[http]") {
    http::Request request{
        http::Method::get,
        "/api/v1/status",
        "Bearer ",
        "",
        "r",
        http::Caller::on_this_machine(),
        {},
        {}};

    request.caller = http::caller_with(request, "");
    CHECK(http::refusal(request, http::Access::token)->status == 401);
    CHECK(!request.caller.reader().sees_all());
}

TEST_CASE("guard: the owner alone reads everything, and no caller comes from nowhere", "[http]") {
    const auto shown = [](http::Caller caller, const std::string& given) {
        const http::Request request{
            http::Method::get, "/", "Bearer " + given, "", "r", caller, {}, {}};
        return http::caller_with(request, token).reader().sees_all();
    };

    CHECK(shown(http::Caller::at_socket(), ""));
    CHECK(shown(http::Caller::on_this_machine(), "secret"));
    CHECK_FALSE(shown(http::Caller::on_this_machine(), "Secret"));
    CHECK_FALSE(shown(http::Caller::stranger(), "secret"));
    static_assert(!std::is_default_constructible_v<http::Caller>);
}
