#include "node/http/answers/outgoing_stream.hpp"
#include "node/http/records/preconditions.hpp"
#include "tests/support/node/http_front.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
using staffroom::tests::header_of;
using staffroom::tests::posted;
using Front = staffroom::tests::HttpFront;

TEST_CASE("tags: If-Match is a list of strong tags, or a star", "[http]") {
    const std::string a(52, 'a');
    const std::string b = std::string(51, 'a') + "q";
    struct Row {
        std::string if_match;
        bool is_readable;
        bool is_given;
        bool is_any;
        std::size_t states;
    };
    for (const Row& row : std::vector<Row>{
             {"", true, false, false, 0},
             {"*", true, true, true, 0},
             {"\"" + a + ".1\"", true, true, false, 1},
             {"\"" + a + "\"", true, true, false, 1},
             {"\"" + a + ".1\",\"" + b + ".2\"", true, true, false, 2},
             {" \"" + a + ".1\" , , \"" + b + ".2\" ", true, true, false, 2},
             {"\"" + a + "+" + b + ".1\"", true, true, false, 1},
             {"W/\"" + a + ".1\"", true, true, false, 0},
             {"W/\"" + a + ".1\", \"" + b + ".1\"", true, true, false, 1},
             {"\"x\"", true, true, false, 0},
             {"\"a,b\", \"" + a + "\"", true, true, false, 1},
             {"\"\"", true, true, false, 0},
             {a, false, false, false, 0},
             {"\"" + a, false, false, false, 0},
             {"w/\"" + a + "\"", false, false, false, 0},
             {"\"" + a + "\" \"" + b + "\"", false, false, false, 0}}) {
        INFO(row.if_match);
        http::Request request{
            http::Method::get, "/", "", "", "r1", http::Caller::at_socket(), {}, {}};
        request.if_match = row.if_match;

        const auto states = http::matched_states(request);

        REQUIRE(states.has_value() == row.is_readable);
        if (!states)
            continue;
        CHECK(states->is_given == row.is_given);
        CHECK(states->is_any == row.is_any);
        CHECK(states->heads.size() == row.states);
    }
}

TEST_CASE("tags: many versions make no long tag, and If-Match understands it", "[http]") {
    std::vector<staffroom::RevisionId> heads;
    for (std::uint8_t i = 1; i <= 16; ++i)
        heads.emplace_back(staffroom::RevisionId::Raw{i});
    const std::string tag = http::record_tag(heads, "shown");
    CHECK(tag.size() < 64);
    http::Request request{http::Method::get, "/", "", "", "r1", http::Caller::at_socket(), {}, {}};
    request.if_match = "\"" + tag + "\"";

    const auto states = http::matched_states(request);

    REQUIRE(states);
    CHECK(states->is_given);
    CHECK(states->heads.empty());
    std::ranges::reverse(heads);
    CHECK(states->hashed == std::vector{http::state_tag(heads)});
    heads.pop_back();
    CHECK(states->hashed.front() != http::state_tag(heads));
    CHECK(http::state_tag({heads.begin(), heads.begin() + 2}).size() == 105);
}

TEST_CASE("tags: a change is made on whichever of several states is there", "[http]") {
    Front front;
    const auto made =
        json::parse(front.ask(posted(R"({"file":"# Grids in Year 8\n","reach":"draft"})")).body);
    const std::string id(made.at("id").as_string());
    const std::string other = "\"" + std::string(52, 'a') + ".1\"";
    const auto revised = [&](const std::string& if_match, const std::string& word) {
        auto request = posted(
            R"({"file":"# Grids in Year 8\n\n)" + word + R"(\n","reach":"draft"})",
            "/api/v1/records/" + id + "/revisions"
        );
        request.if_match = if_match;
        const auto answer = front.ask(request);
        return std::pair(answer.status, answer.body);
    };
    http::Request read{
        http::Method::get,
        "/api/v1/records/" + id,
        "",
        "",
        "r1",
        http::Caller::at_socket(),
        {},
        {}};
    const std::string first = header_of(front.ask(read), "ETag");

    CHECK(revised("", "no").first == 428);
    CHECK(revised("W/" + first, "no").first == 412);
    CHECK(revised("\"x\"", "no").first == 412);
    CHECK(revised("unquoted", "no").first == 400);
    CHECK(revised(other, "no").first == 412);
    CHECK(revised(other + ", " + first, "one").first == 201);
    CHECK(revised(other + ", " + first, "two").first == 412);
    CHECK(revised("*", "three").first == 201);

    auto only_new = posted(
        R"({"file":"# Grids in Year 8\n","reach":"draft"})", "/api/v1/records/" + id + "/revisions"
    );
    only_new.if_none_match = "*";
    only_new.if_match = "*";
    CHECK(front.ask(only_new).status == 412); // RFC 9110 13.1.2
}

TEST_CASE("tags: a change is made on versions of which only a hash is named", "[http]") {
    Front front;
    const auto made =
        json::parse(front.ask(posted(R"({"file":"# Grids in Year 8\n","reach":"draft"})")).body);
    const std::string id(made.at("id").as_string());
    const std::string target = "/api/v1/records/" + id + "/revisions";
    for (const std::string word : {"one", "two", "three"}) {
        const auto beside = front.ask(posted(
            R"({"file":"# Grids in Year 8\n\n)" + word + R"(\n","reach":"draft","beside":true,)" +
                R"("heads":[")" + id + "\"]}",
            target
        ));
        REQUIRE(beside.status == 201);
    }
    http::Request read{
        http::Method::get,
        "/api/v1/records/" + id,
        "",
        "",
        "r1",
        http::Caller::at_socket(),
        {},
        {}};
    const std::string tag = header_of(front.ask(read), "ETag");
    CHECK(tag.starts_with("\"~"));
    auto joined =
        posted(R"({"file":"# Grids in Year 8\n\nall\n","reach":"draft","join":true})", target);

    joined.if_match = "\"~aaaaaaaaaaaaaaaaaaaaaaaaaa.1\"";
    CHECK(front.ask(joined).status == 412);
    joined.if_match = tag;
    CHECK(front.ask(joined).status == 201);
    CHECK_FALSE(header_of(front.ask(read), "ETag").starts_with("\"~"));
}

TEST_CASE("methods: each address says what it answers to", "[http]") {
    Front front;
    const auto ask = [&](http::Method method, std::string target, bool is_local, bool has_token) {
        http::Request request{
            method,
            std::move(target),
            has_token ? "Bearer token" : "",
            "",
            "r1",
            is_local ? http::Caller::at_socket() : http::Caller::on_this_machine(),
            {},
            {}};
        request.host = "localhost";
        return front.ask(request);
    };
    struct Row {
        http::Method method;
        std::string target;
        bool is_local;
        int status;
        std::string allow;
    };
    using http::Method;
    for (const Row& row : std::vector<Row>{
             {Method::put, "/api/v1/records", true, 405, "GET, HEAD, POST, OPTIONS"},
             {Method::remove, "/api/v1/records/abc", true, 405, "GET, HEAD, OPTIONS"},
             {Method::get, "/api/v1/records/batch/x", true, 404, ""},
             {Method::get, "/api/v1/sync", true, 405, "POST, OPTIONS"},
             {Method::post, "/healthz", true, 405, "GET, HEAD, OPTIONS"},
             {Method::post, "/healthz", false, 405, "GET, HEAD, OPTIONS"},
             {Method::options, "/healthz", false, 204, "GET, HEAD, OPTIONS"},
             {Method::options, "/api/v1/records", true, 204, "GET, HEAD, POST, OPTIONS"},
             {Method::options, "/api/v1/nothing", true, 404, ""},
             {Method::options, "*", true, 204, "GET, HEAD, POST, DELETE, OPTIONS"},
             {Method::options, "*", false, 204, "GET, HEAD, POST, OPTIONS"},
             {Method::get, "*", true, 400, ""},
             {Method::other, "/healthz", false, 501, ""},
             {Method::other, "/api/v1/nothing", true, 501, ""},
             {Method::other, "/api/v1/status", false, 501, ""}}) {
        INFO(http::method_name(row.method) << " " << row.target << " " << row.is_local);
        const auto answer = ask(row.method, row.target, row.is_local, false);
        CHECK(answer.status == row.status);
        CHECK(header_of(answer, "Allow") == row.allow);
    }
    CHECK(
        header_of(ask(Method::get, "/api/v1/status", false, false), "WWW-Authenticate") ==
        "Bearer realm=\"staffroom\""
    );
    CHECK(ask(Method::options, "/api/v1/records", false, true).status == 204);
    CHECK(
        header_of(ask(Method::options, "/api/v1/records", false, true), "Allow") ==
        "GET, HEAD, OPTIONS"
    );
    CHECK(ask(Method::post, "/api/v1/records", false, true).status == 403);
}

TEST_CASE("types: what is sent as no JSON and what will not be read is refused", "[http]") {
    Front front;
    const auto status = [&](http::Request request) { return front.ask(request).status; };
    auto change = posted(R"({"file":"# Grids\n","reach":"draft"})");

    change.content_type = "application/x-www-form-urlencoded";
    CHECK(status(change) == 415);
    CHECK(header_of(front.ask(change), "Accept") == "application/json");
    change.content_type = "application/json; charset=utf-8";
    change.accept = "text/html";
    CHECK(status(change) == 406);
    CHECK(front.node.get("/api/v1/records").at("records").as_array().empty());
    change.accept = "text/html, */*;q=0.1";
    CHECK(status(change) == 201);

    http::Request read{
        http::Method::get, "/api/v1/records", "", "", "r1", http::Caller::at_socket(), {}, {}};
    read.accept = "application/xml";
    CHECK(status(read) == 406);
    read.target = "/api/v1/nothing";
    CHECK(status(read) == 404); // what went wrong is said to everyone
    read.target = "/metrics";
    read.accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    CHECK(status(read) == 200);
    read.target = "/api/v1/events";
    read.accept = "application/json";
    CHECK(status(read) == 406);
    http::Request file = posted("x", "/api/v1/files/" + std::string(52, 'a') + "?offset=0&size=1");
    file.content_type = "image/png";
    CHECK(status(file) == 422);
}
