#include "tests/support/node/http_front.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace http = staffroom::http;
namespace json = boost::json;
namespace accounts = staffroom::accounts;
using accounts::Role;
using http::Method;

namespace {

/// A browser at a school that nobody has set up, with its cookies.
struct FirstBrowser {
    staffroom::tests::HttpFront& front;
    std::map<std::string, std::string> cookies{};
    std::string csrf{};

    http::Response send(Method method, const std::string& target, const json::value& body = {}) {
        http::Request request{method, target, "", "", "r1", http::Caller::stranger(), {}, {}};
        request.host = "192.0.2.7:7480";
        request.remote = "192.0.2.50";
        request.csrf = csrf;
        if (!body.is_null())
            request.body = json::serialize(body);
        for (const auto& [name, value] : cookies)
            request.cookie += (request.cookie.empty() ? "" : "; ") + name + "=" + value;
        http::Response response = front.ask(request);
        for (const auto& [name, value] : response.headers)
            if (name == "Set-Cookie")
                keep(value);
        return response;
    }
    void keep(const std::string& cookie) {
        const std::size_t equals = cookie.find('=');
        const std::string name = cookie.substr(0, equals);
        cookies[name] = cookie.substr(equals + 1, cookie.find(';') - equals - 1);
        if (cookie.find("Max-Age=0") != std::string::npos)
            cookies.erase(name);
    }
    void type_code() {
        const json::object typed{{"code", *front.node.people.setup.code()}};
        const auto begun = send(Method::post, "/api/v1/setup/session", typed);
        REQUIRE(begun.status == 200);
        csrf = json::parse(begun.body).at("csrf").as_string();
    }
    int make(const std::string& name, Role role = Role::lead) {
        const json::object wish{
            {"name", name}, {"password", "a fine password"}, {"role", role_name(role)}};
        return send(Method::post, "/api/v1/setup/accounts", wish).status;
    }
    /// Signs out as the page does, with what changes of the session carry.
    int sign_out(const std::string& target) {
        const auto shown = send(Method::get, "/api/v1/session");
        csrf = json::parse(shown.body).at("csrf").as_string();
        return send(Method::remove, target).status;
    }
};

} // namespace

TEST_CASE("setup: whoever signs out leaves nothing that makes a lead", "[http]") {
    for (const char* target : {"/api/v1/session", "/api/v1/sessions"}) {
        staffroom::tests::HttpFront front;
        FirstBrowser browser{front};
        browser.type_code();
        const std::string setup_csrf = browser.csrf;
        const auto kept = browser.cookies;
        REQUIRE(browser.make("Lea Dee") == 201);

        CHECK(browser.sign_out(target) == 204);
        CHECK(browser.cookies.count("staffroom-setup") == 0);
        FirstBrowser next{front, kept, setup_csrf}; // somebody who has copied its cookies
        CHECK(next.make("Mal Ory") == 401);
    }
}

TEST_CASE(
    "setup: the browser of the first account makes the others, and stays signed in", "[http]"
) {
    staffroom::tests::HttpFront front;
    FirstBrowser browser{front};
    browser.type_code();
    REQUIRE(browser.make("Lea Dee") == 201);

    CHECK(browser.make("Tom Tech", Role::technician) == 201);
    CHECK(browser.make("Ann Bell", Role::teacher) == 201);
    const auto shown = browser.send(Method::get, "/api/v1/session");
    CHECK(shown.status == 200);
    CHECK(json::parse(shown.body).at("person").at("name").as_string() == "Lea Dee");
}

TEST_CASE("setup: of two browsers that have typed the code one goes on", "[http]") {
    staffroom::tests::HttpFront front;
    FirstBrowser first{front};
    FirstBrowser second{front};
    first.type_code();
    second.type_code();
    REQUIRE(first.make("Lea Dee") == 201);

    CHECK(second.make("Mal Ory") == 401);
    CHECK(front.node.people.accounts.book().people().size() == 1);
}
