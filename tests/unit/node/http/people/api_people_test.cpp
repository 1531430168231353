#include "tests/support/node/http_front.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
namespace accounts = staffroom::accounts;
using accounts::Role;
using http::Method;
using staffroom::tests::header_of;

namespace {

/// A school of people, asked over TCP as the page asks.
struct Page {
    staffroom::tests::HttpFront front;

    http::Response send(
        const accounts::Opened* who,
        Method method,
        const std::string& target,
        const json::value& body = nullptr
    ) {
        http::Request request{method, target, "", "", "r1", http::Caller::stranger(), {}, {}};
        request.host = "192.0.2.7:7480";
        request.remote = "192.0.2.50";
        if (!body.is_null())
            request.body = json::serialize(body);
        if (who != nullptr) {
            request.cookie = "staffroom=" + who->cookie;
            request.csrf = who->session.csrf;
        }
        request.if_match = method == Method::post ? "*" : "";
        return front.ask(request);
    }
    json::object json_of(
        const accounts::Opened* who,
        Method method,
        const std::string& target,
        const json::value& body,
        int status
    ) {
        const auto response = send(who, method, target, body);
        INFO(target << ": " << response.body);
        CHECK(response.status == status);
        return response.body.empty() ? json::object() : json::parse(response.body).as_object();
    }
    accounts::Opened join(const std::string& name, Role role) {
        return front.node.people.join(name, role);
    }
    /// A draft with this word in its title and its text; its id.
    std::string draft(const accounts::Opened& who, const std::string& word) {
        const json::object body{
            {"file", "# " + word + "\n\nAll about " + word + ".\n"}, {"reach", "draft"}};
        return std::string(
            json_of(&who, Method::post, "/api/v1/records", body, 201).at("id").as_string()
        );
    }
    std::string share(const accounts::Opened& who, const std::string& word) {
        const json::object set{
            {"form", "quick-tip"},
            {"what-we-do", word},
            {"where-it-worked", "x"},
            {"what-to-watch", "x"}};
        const json::object body{
            {"file", "# " + word + "\n\nAll about " + word + ".\n"},
            {"reach", "school"},
            {"set", set}};
        return std::string(
            json_of(&who, Method::post, "/api/v1/records", body, 201).at("id").as_string()
        );
    }
};

std::vector<std::string> places_of(const std::string& id) {
    return {
        "/api/v1/records",
        "/api/v1/records/" + id,
        "/api/v1/records/" + id + "/history",
        "/api/v1/records/" + id + "/lineage",
        "/api/v1/records/" + id + "/export?format=markdown",
        "/api/v1/search?q=albatross",
        "/api/v1/inbox",
        "/api/v1/reports/adoptions",
        "/api/v1/status",
        "/api/v1/networks"};
}

} // namespace

TEST_CASE(
    "people: signing in answers who it is, and sets cookies that are kept from scripts", "[http]"
) {
    Page page;
    page.join("Ann Bell", Role::teacher);
    const json::object right{{"name", "ann bell"}, {"password", "a password for tests"}};
    const auto response = page.send(nullptr, Method::post, "/api/v1/session", right);

    CHECK(response.status == 200);
    const auto body = json::parse(response.body).as_object();
    CHECK(body.at("person").at("name").as_string() == "Ann Bell");
    CHECK(body.at("person").at("role").as_string() == "teacher");
    CHECK(body.at("csrf").as_string().size() == 64);
    std::size_t cookies = 0;
    for (const auto& [name, value] : response.headers)
        cookies += name == "Set-Cookie" && value.find("HttpOnly; SameSite=Strict") != value.npos;
    CHECK(cookies == 2);
    const json::object wrong{{"name", "ann bell"}, {"password", "guess"}};
    const auto refused = page.send(nullptr, Method::post, "/api/v1/session", wrong);
    CHECK(refused.status == 401);
    CHECK(header_of(refused, "Set-Cookie").empty());
    for (int i = 0; i < 30; ++i)
        page.send(nullptr, Method::post, "/api/v1/session", wrong);
    const auto throttled = page.send(nullptr, Method::post, "/api/v1/session", wrong);
    CHECK(throttled.status == 429);
    CHECK(std::stoi(header_of(throttled, "Retry-After")) > 0);
}

TEST_CASE("people: a session is shown, ended here, and ended everywhere", "[http]") {
    Page page;
    const auto ann = page.join("Ann Bell", Role::teacher);
    CHECK(
        page.json_of(&ann, Method::get, "/api/v1/session", nullptr, 200).at("csrf").as_string() ==
        ann.session.csrf
    );
    CHECK(page.send(nullptr, Method::get, "/api/v1/session").status == 401);
    const auto out = page.send(&ann, Method::remove, "/api/v1/session");
    CHECK(out.status == 204);
    CHECK(header_of(out, "Set-Cookie").find("Max-Age=0") != std::string::npos);
    CHECK(page.send(&ann, Method::get, "/api/v1/session").status == 401);

    const auto again = std::get<accounts::Opened>(page.front.node.people.sign_in("Ann Bell"));
    const auto other = std::get<accounts::Opened>(page.front.node.people.sign_in("Ann Bell"));
    CHECK(page.send(&again, Method::remove, "/api/v1/sessions").status == 204);
    CHECK(page.send(&other, Method::get, "/api/v1/session").status == 401);
}

TEST_CASE("people: a draft is its writer's, in every answer", "[http]") {
    Page page;
    const auto ann = page.join("Ann Bell", Role::teacher);
    const auto lee = page.join("Lee Marsh", Role::teacher);
    const auto lead = page.join("Lea Dee", Role::lead);
    const auto technician = page.join("Tom Tech", Role::technician);
    const std::string id = page.draft(ann, "albatross");

    std::size_t seen = 0;
    for (const std::string& place : places_of(id)) {
        INFO(place);
        seen += page.send(&ann, Method::get, place).body.find("lbatross") != std::string::npos;
        for (const auto* other : {&lee, &lead, &technician}) {
            const auto body = page.send(other, Method::get, place).body;
            CHECK(body.find("lbatross") == std::string::npos);
            CHECK((place.find(id) != std::string::npos || body.find(id) == std::string::npos));
        }
    }
    CHECK(seen >= 4);
    const json::object text{
        {"file", "# albatross\n\nAll about albatross, and more.\n"}, {"reach", "draft"}};
    CHECK(
        page.send(&lee, Method::post, "/api/v1/records/" + id + "/revisions", text).status == 404
    );
    CHECK(
        page.send(&ann, Method::post, "/api/v1/records/" + id + "/revisions", text).status == 201
    );
}

TEST_CASE("people: what is shared in the school is changed by its holder and by leads", "[http]") {
    Page page;
    const auto ann = page.join("Ann Bell", Role::teacher);
    const auto lee = page.join("Lee Marsh", Role::teacher);
    const auto lead = page.join("Lea Dee", Role::lead);
    const auto technician = page.join("Tom Tech", Role::technician);
    const std::string id = page.share(ann, "albatross");
    const std::string record = "/api/v1/records/" + id;

    const auto shown = page.json_of(&lee, Method::get, record, nullptr, 200);
    CHECK(json::serialize(shown.at("authors")).find("Ann Bell") != std::string::npos);
    CHECK(page.send(&technician, Method::get, record).status == 403);
    const json::object reason{{"reason", "a count was wrong"}};
    const auto refused = page.json_of(&lee, Method::post, record + "/retraction", reason, 403);
    CHECK(refused.at("code").as_string() == "record.other-writer");
    CHECK(page.send(&lead, Method::post, record + "/retraction", reason).status == 201);
    CHECK(
        page.send(
                &ann, Method::post, record + "/retraction", json::object{{"undo", true}}
        ).status == 201
    );
}

TEST_CASE("people: who leaves hands over what is shared, and keeps the drafts", "[http]") {
    Page page;
    const auto lead = page.join("Lea Dee", Role::lead);
    const auto ann = page.join("Ann Bell", Role::teacher);
    const auto lee = page.join("Lee Marsh", Role::teacher);
    const std::string shared = page.share(ann, "albatross");
    const std::string draft = page.draft(ann, "cormorant");

    CHECK(
        page.send(
                &lee,
                Method::post,
                "/api/v1/people/Ann%20Bell/leave",
                json::object{{"to", "Lee Marsh"}}
        ).status == 403
    );
    const auto left = page.json_of(
        &lead,
        Method::post,
        "/api/v1/people/Ann%20Bell/leave",
        json::object{{"to", "lee marsh"}},
        200
    );
    CHECK(left.at("handed_over").as_int64() == 1);
    CHECK(left.at("person").at("state").as_string() == "left");
    CHECK(page.send(&ann, Method::get, "/api/v1/session").status == 401);
    const json::object reason{{"reason", "a count was wrong"}};
    CHECK(
        page.send(&lee, Method::post, "/api/v1/records/" + shared + "/retraction", reason).status ==
        201
    );
    CHECK(page.send(&lee, Method::get, "/api/v1/records/" + draft).status == 404);
    CHECK(page.send(&lead, Method::get, "/api/v1/records/" + draft).status == 404);
}

TEST_CASE("people: an invitation is a link, and a role's end is a day", "[http]") {
    Page page;
    const auto lead = page.join("Lea Dee", Role::lead);
    const json::object wish{{"name", "Ann Bell"}, {"role", "teacher"}, {"until", "2099-07-31"}};
    const auto invited = page.json_of(&lead, Method::post, "/api/v1/people", wish, 201);
    const std::string link(invited.at("link").as_string());
    REQUIRE(link.starts_with("/#/welcome/"));
    const json::object redeemed{
        {"token", link.substr(11)}, {"password", "a fine password"}, {"name", "Ann M. Bell"}};
    CHECK(
        page.json_of(nullptr, Method::post, "/api/v1/session/link", redeemed, 200)
            .at("person")
            .at("name")
            .as_string() == "Ann M. Bell"
    );
    CHECK(
        page.json_of(nullptr, Method::post, "/api/v1/session/link", redeemed, 410)
            .at("code")
            .as_string() == "session.link-spent"
    );
    for (const json::object& bad : std::vector<json::object>{
             {{"name", "Bo"}, {"role", "owner"}},
             {{"name", "Bo"}, {"role", "teacher"}, {"until", "soon"}},
             {{"name", "Bo"}, {"role", "teacher"}, {"until", "2001-01-01"}},
             {{"name", ""}, {"role", "teacher"}}})
        CHECK(page.send(&lead, Method::post, "/api/v1/people", bad).status == 422);
    const auto people = page.json_of(&lead, Method::get, "/api/v1/people", nullptr, 200);
    CHECK(people.at("people").as_array().size() == 2);
}

TEST_CASE("people: the first account is made by the code, and only the first", "[http]") {
    Page page;
    auto& setup = page.front.node.people.setup;
    CHECK(
        page.json_of(nullptr, Method::get, "/api/v1/setup", nullptr, 200).at("step").as_string() ==
        "code"
    );
    const json::object first{
        {"name", "Lea Dee"}, {"password", "a fine password"}, {"role", "lead"}};
    CHECK(page.send(nullptr, Method::post, "/api/v1/setup/accounts", first).status == 401);
    CHECK(
        page.send(
                nullptr,
                Method::post,
                "/api/v1/setup/session",
                json::object{{"code", "aaaa-bbbb-cccc"}}
        ).status == 403
    );
    const auto begun = page.send(
        nullptr, Method::post, "/api/v1/setup/session", json::object{{"code", *setup.code()}}
    );
    REQUIRE(begun.status == 200);
    const std::string cookie = header_of(begun, "Set-Cookie");
    http::Request request{
        Method::post,
        "/api/v1/setup/accounts",
        "",
        json::serialize(first),
        "r1",
        http::Caller::stranger(),
        {},
        {}};
    request.host = "192.0.2.7";
    request.cookie = cookie.substr(0, cookie.find(';'));
    CHECK(page.front.ask(request).status == 403); // without what its changes carry
    request.csrf = json::parse(begun.body).at("csrf").as_string();
    CHECK(page.front.ask(request).status == 201);
    CHECK(
        page.send(
                nullptr,
                Method::post,
                "/api/v1/setup/session",
                json::object{{"code", "aaaa-bbbb-cccc"}}
        ).status == 409
    );
    request.target = "/api/v1/people";
    CHECK(page.front.ask(request).status == 401); // it opens the first steps alone
}

TEST_CASE("people: an answer that is kept for its key is its sender's alone", "[http]") {
    Page page;
    const auto ann = page.join("Ann Bell", Role::teacher);
    const auto lee = page.join("Lee Marsh", Role::teacher);
    const auto publish = [&](const accounts::Opened& who) {
        http::Request request{
            Method::post,
            "/api/v1/records",
            "",
            R"({"file":"# Same words\n","reach":"draft"})",
            "r1",
            http::Caller::stranger(),
            {},
            {}};
        request.host = "192.0.2.7";
        request.cookie = "staffroom=" + who.cookie;
        request.csrf = who.session.csrf;
        request.idempotency_key = "the-same-key";
        return page.front.ask(request);
    };
    const auto first = publish(ann);
    CHECK(publish(ann).body == first.body);
    const auto others = publish(lee);
    INFO(others.body);
    CHECK(others.status == 201);
    CHECK(json::parse(others.body).at("id") != json::parse(first.body).at("id"));
}
