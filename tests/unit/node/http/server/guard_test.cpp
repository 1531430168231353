#include "node/http/people/cookies.hpp"
#include "node/http/routes/rights.hpp"
#include "node/http/server/guard.hpp"
#include "node/http/server/reception.hpp"
#include "tests/support/node/http_front.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace accounts = staffroom::accounts;
using accounts::Role;
using http::Asker;
using http::Caller;
using http::Method;

namespace {

http::Request asked(Method method, std::string target, const Caller& caller) {
    http::Request request{method, std::move(target), "", "", "r", caller, {}, {}};
    request.host = "127.0.0.1:7480";
    request.csrf = caller.csrf();
    return request;
}

accounts::SignedIn somebody(Role role, bool is_person = true) {
    return {
        accounts::PersonId(accounts::PersonId::Raw{1}),
        "Ann",
        role,
        is_person,
        std::make_shared<accounts::HeldDocuments>(),
        staffroom::Digest(staffroom::Digest::Raw{2})};
}

int status_of(const http::Request& request) {
    const auto* route = http::find_route(request.method, request.target);
    const auto askers = route == nullptr ? http::askers_at(request.target) : route->askers;
    const auto problem = http::refusal(request, askers, {});
    return problem ? problem->status : 200;
}

/// Everybody who may come, with the word of the table that lets them in.
struct Row {
    const char* name;
    Caller caller;
    std::vector<Asker> needs; // all of these in the row of the route
    bool only_reads;
};

std::vector<Row> everybody() {
    const Caller here = Caller::on_this_machine();
    const auto in_scope = [&](Role role, bool is_person, accounts::Scope scope) {
        return here.in_scope(somebody(role, is_person), scope);
    };
    using accounts::Scope;
    return {
        {"stranger", Caller::stranger(), {Asker::stranger}, false},
        {"stranger here", here, {Asker::stranger}, false},
        {"setup", here.in_setup("guard"), {Asker::setup}, false},
        {"teacher", here.in_session(somebody(Role::teacher), "guard"), {Asker::teacher}, false},
        {"lead", here.in_session(somebody(Role::lead), "guard"), {Asker::lead}, false},
        {"technician",
         Caller::stranger().in_session(somebody(Role::technician), "guard"),
         {Asker::technician},
         false},
        {"read token", in_scope(Role::teacher, false, Scope::read), {Asker::reading_token}, true},
        {"write token",
         in_scope(Role::teacher, false, Scope::write),
         {Asker::writing_token},
         false},
        {"teacher's read token",
         in_scope(Role::teacher, true, Scope::read),
         {Asker::reading_token, Asker::teacher},
         true},
        {"technician's write token",
         in_scope(Role::technician, true, Scope::write),
         {Asker::writing_token, Asker::technician},
         false},
        {"file token", here.with_token(), {Asker::owner}, true},
        {"socket", Caller::at_socket(), {Asker::owner}, false}};
}

} // namespace

TEST_CASE("guard: each route lets in whom its row names, and nobody else", "[http]") {
    for (const http::RouteFacts& route : http::routes())
        for (const Row& row : everybody()) {
            INFO(http::method_name(route.method) << " " << route.pattern << " by " << row.name);
            bool is_let_in = !row.only_reads || route.method == Method::get;
            for (const Asker needed : row.needs)
                is_let_in = is_let_in && route.askers.has(needed);
            is_let_in = is_let_in || route.askers.has(Asker::stranger);

            const int status =
                status_of(asked(route.method, std::string(route.pattern), row.caller));

            CHECK((status == 200) == is_let_in);
            if (!is_let_in)
                CHECK(status == (row.caller.is_known() ? 403 : 401));
        }
}

TEST_CASE("guard: no row forgets the owner's rights, or opens a change to strangers", "[http]") {
    for (const http::RouteFacts& route : http::routes()) {
        INFO(http::method_name(route.method) << " " << route.pattern);
        CHECK_FALSE(route.askers.is_empty());
        const bool opens_sessions = route.pattern == "/api/v1/session" ||
                                    route.pattern == "/api/v1/session/link" ||
                                    route.pattern == "/api/v1/setup/session";
        if (route.method != Method::get && !opens_sessions)
            CHECK_FALSE(route.askers.has(Asker::stranger));
        // A technician is shown no record, not even its title.
        if (route.pattern.find("/records") != std::string_view::npos ||
            route.pattern == "/api/v1/search" || route.pattern == "/api/v1/inbox")
            CHECK_FALSE(route.askers.has(Asker::technician));
        // A program makes no people and no tokens.
        if (route.pattern.starts_with("/api/v1/people") ||
            route.pattern.starts_with("/api/v1/tokens") || route.pattern.starts_with("/api/v1/me"))
            CHECK_FALSE(route.askers.has(Asker::writing_token));
    }
}

TEST_CASE("guard: a change by cookie carries what its session was given", "[http]") {
    const Caller ann = Caller::stranger().in_session(somebody(Role::teacher), "guard");
    auto request = asked(Method::post, "/api/v1/sync", ann);
    CHECK(status_of(request) == 200);
    for (const char* wrong : {"", "guar", "guard ", "Guard"}) {
        request.csrf = wrong;
        CHECK(status_of(request) == 403);
    }
    request.method = Method::get;
    request.target = "/api/v1/status";
    CHECK(status_of(request) == 200);
}

TEST_CASE("guard: nobody is answered under another name, or for another page", "[http]") {
    const Caller ann = Caller::stranger().in_session(somebody(Role::teacher), "guard");
    auto request = asked(Method::post, "/api/v1/sync", ann);
    struct Way {
        const char* host;
        const char* origin;
        int status;
    };
    for (const Way& way : std::vector<Way>{
             {"192.0.2.7:7480", "", 200},
             {"[2001:db8::1]:7480", "http://[2001:db8::1]:7480", 200},
             {"localhost:7480", "http://localhost:7480", 200},
             {"LOCALHOST", "https://localhost", 200},
             {"localhost:7480", "http://localhost:7481", 403},
             {"localhost:7480", "null", 403},
             {"localhost:7480", "http://evil.example", 403},
             {"localhost:7480", "http://localhost:7480.evil.example", 403},
             {"localhost.evil.example", "", 421},
             {"evil.example:7480", "http://evil.example:7480", 421},
             {"", "", 421}}) {
        INFO(way.host << " from " << way.origin);
        request.host = way.host;
        request.origin = way.origin;
        CHECK(status_of(request) == way.status);
    }
    // A page that reads under a stranger's name would read the answers.
    request = asked(Method::get, "/api/v1/session", ann);
    request.host = "evil.example";
    CHECK(status_of(request) == 421);
    request = asked(Method::get, "/healthz", Caller::stranger());
    request.host = "evil.example";
    CHECK(status_of(request) == 200);
    // A program that shows a token was told where to ask.
    request = asked(Method::get, "/api/v1/status", Caller::on_this_machine().with_token());
    request.host = "node.behind.a.proxy";
    CHECK(status_of(request) == 200);
}

TEST_CASE("guard: a bearer's token is read as RFC 9110 has it, and compared whole", "[http]") {
    staffroom::tests::HttpFront front;
    const auto shown = [&](const std::string& authorization, const Caller& caller) {
        http::Request request = asked(Method::get, "/api/v1/status", caller);
        request.authorization = authorization;
        return front.reception.recognise(request);
    };
    for (const auto* wrong :
         {"",
          "Bearer ",
          "Bearer toke",
          "Bearer tokens",
          "Bearer Token",
          "token",
          "Bearertoken",
          "Bearer\ttoken",
          "Bearer token ",
          "Basic token"})
        CHECK_FALSE(shown(wrong, Caller::on_this_machine()).is_known());
    for (const auto* right : {"Bearer token", "bearer token", "BEARER  token"}) {
        CHECK(shown(right, Caller::on_this_machine()).is_owner());
        CHECK(shown(right, Caller::on_this_machine()).reader().sees_all());
        CHECK_FALSE(shown(right, Caller::stranger()).is_known());
    }
    CHECK(shown("", Caller::at_socket()).reader().sees_all());
    CHECK_FALSE(http::is_same_token("", ""));
    static_assert(!std::is_default_constructible_v<Caller>);
}

TEST_CASE("guard: a cookie or a scoped token is who it was given to", "[http]") {
    staffroom::tests::HttpFront front;
    auto& people = front.node.people;
    const auto ann = people.join("Ann Bell", Role::teacher);
    http::Request request = asked(Method::get, "/api/v1/session", Caller::on_this_machine());
    request.cookie = "other=1; staffroom=" + ann.cookie;
    CHECK(front.reception.recognise(request).person()->id == ann.session.who.id);
    CHECK_FALSE(front.reception.recognise(request).is_owner());
    // Where a bearer stands, cookies count for nothing.
    request.authorization = "Bearer nothing";
    CHECK_FALSE(front.reception.recognise(request).is_known());
    request.authorization.clear();
    for (const auto& wrong : {"staffroom=", "staffroom=x", "Staffroom=", "__Host-staffroom="}) {
        request.cookie = wrong + (std::string(wrong).ends_with('x') ? "" : ann.cookie.substr(1));
        CHECK_FALSE(front.reception.recognise(request).is_known());
    }
    // TLS ends at a proxy of the settings; then only the cookie that came by TLS counts.
    front.node.config.web_proxies = {"127.0.0.1"};
    request.remote = "127.0.0.1";
    request.forwarded_proto = "https";
    request.cookie = "staffroom=" + ann.cookie;
    CHECK_FALSE(front.reception.recognise(request).is_known());
    request.cookie = "__Host-staffroom=" + ann.cookie;
    CHECK(front.reception.recognise(request).is_known());
}
