#include "node/http/answers/negotiation.hpp"
#include "node/http/server/reply_headers.hpp"
#include "node/http/server/request_head.hpp"
#include "node/http/server/seats.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
using http::Door;
using http::Stage;
using staffroom::Instant;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

http::RequestHead head_with(Fields fields, unsigned version = 11) {
    fields.insert(fields.begin(), {"host", "localhost"});
    return {version, "POST", "/api/v1/records", std::move(fields)};
}

int status_of(const http::RequestHead& head) {
    const auto problem = http::head_problem(head);
    return problem ? problem->status : 0;
}

} // namespace

TEST_CASE("request head: what a careful client or proxy sends goes through", "[http]") {
    for (const Fields& fields : std::vector<Fields>{
             {},
             {{"content-length", "5"}},
             {{"transfer-encoding", "chunked"}},
             {{"transfer-encoding", "Chunked"}},
             {{"expect", "100-Continue"}},
             {{"content-encoding", "identity"}},
             {{"accept", "text/html"}, {"accept", "*/*"}},
             {{"x-forwarded-for", "203.0.113.9"}, {"x-forwarded-host", "school.example"}},
             {{"via", "1.1 proxy"}, {"via", "1.0 other"}},
             {{"connection", "close, te"}, {"te", "trailers"}}})
        CHECK(status_of(head_with(fields)) == 0);
    http::RequestHead absolute{11, "GET", "http://[::1]:7411/healthz", {{"host", "[::1]:7411"}}};
    CHECK(status_of(absolute) == 0);
    CHECK(status_of({10, "GET", "/healthz", {}}) == 0);
    CHECK(status_of({11, "GET", "/healthz", {{"host", ""}}}) == 0);
}

TEST_CASE("request head: what two readers may understand in two ways is refused", "[http]") {
    CHECK(status_of({11, "GET", "/healthz", {}}) == 400);
    for (const char* name :
         {"host",
          "authorization",
          "content-type",
          "content-length",
          "idempotency-key",
          "last-event-id"}) {
        INFO(name);
        CHECK(status_of(head_with({{name, "1"}, {name, "1"}})) == 400);
    }
    for (const char* host : {"a b", "a/b", "user@a", "a,b", "a\x01", "a?b", "<a>"}) {
        INFO(host);
        CHECK(status_of({11, "GET", "/", {{"host", host}}}) == 400);
    }
    CHECK(status_of(head_with({{"transfer-encoding", "chunked"}, {"content-length", "5"}})) == 400);
    CHECK(status_of(head_with({{"transfer-encoding", "chunked"}}, 10)) == 400);
    for (const char* coding :
         {"gzip", "gzip, chunked", "chunked, chunked", "chunked, identity", "x"})
        CHECK(status_of(head_with({{"transfer-encoding", coding}})) == 501);
    CHECK(
        status_of(head_with({{"transfer-encoding", "gzip"}, {"transfer-encoding", "chunked"}})) ==
        501
    );
    CHECK(status_of(head_with({{"content-length", "5, 5"}})) == 400);
    CHECK(status_of(head_with({{"expect", "the-best"}})) == 417);
    CHECK(status_of(head_with({{"content-encoding", "gzip"}})) == 415);
    CHECK(status_of({11, "GET", "healthz", {{"host", "a"}}}) == 400);
    CHECK(status_of({11, "GET", "ftp://a/healthz", {{"host", "a"}}}) == 400);
}

TEST_CASE("request head: a target that a proxy made whole is the same path", "[http]") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"/healthz", "/healthz"},
        {"http://a/healthz", "/healthz"},
        {"HTTPS://a:443/healthz?x=1", "/healthz?x=1"},
        {"http://a", "/"},
        {"http://a?x=1", "/?x=1"},
        {"*", "*"},
        {"/http://a/b", "/http://a/b"}};
    for (const auto& [target, wanted] : rows)
        CHECK(http::origin_form(target) == wanted);
    CHECK(http::method_from("HEAD") == http::Method::get);
    CHECK(http::method_from("OPTIONS") == http::Method::options);
    for (const char* word : {"get", "TRACE", "CONNECT", "BREW", "PROPFIND", ""})
        CHECK(http::method_from(word) == http::Method::other);
    const auto request = http::request_from(
        head_with({{"if-match", "\"a\""}, {"if-match", "\"b\""}}), http::Caller::at_socket()
    );
    CHECK(request.if_match == "\"a\", \"b\"");
}

TEST_CASE("negotiation: Accept is read with its ranges and weights", "[http]") {
    const std::vector<std::tuple<std::string, std::string, unsigned>> rows{
        {"", "application/json", 1000},
        {"*/*", "application/json", 1000},
        {"application/*", "application/json", 1000},
        {"application/json", "application/json; charset=utf-8", 1000},
        {"APPLICATION/JSON;Q=0.5", "application/json", 500},
        {"text/html, application/xhtml+xml, */*;q=0.8", "application/json", 800},
        {"text/html", "application/json", 0},
        {"application/json;q=0, */*", "application/json", 0},
        {"application/json;q=0.001", "application/json", 1},
        {"text/plain;version=0.0.4;q=0.3", "text/plain", 300},
        {"text/*;q=0.2, text/plain;q=0.9", "text/plain", 900},
        {",, ,application/json", "application/json", 1000},
        {"application/json;p=\"a,b\", text/html", "application/json", 1000},
        {"application/json;q=nonsense", "application/json", 1000},
        {"application/vnd.api+json", "application/json", 0}};
    for (const auto& [accept, type, wanted] : rows) {
        INFO(accept);
        CHECK(http::wish_for(accept, type) == wanted);
    }
    const std::array<std::string_view, 2> offered{"text/markdown", "application/ld+json"};
    CHECK(http::best_of("", offered) == 0);
    CHECK(http::best_of("application/ld+json, text/markdown;q=0.5", offered) == 1);
    CHECK(!http::best_of("image/png", offered).has_value());
    for (const char* type :
         {"",
          "application/json",
          "Application/JSON; charset=utf-8",
          "application/json;charset=\"UTF-8\"",
          "application/json; x=y"})
        CHECK(http::is_json_type(type));
    for (const char* type :
         {"text/plain",
          "application/x-www-form-urlencoded",
          "json",
          "multipart/form-data; boundary=x",
          "text/json+x",
          "application/merge-patch+json",
          "application/json; charset=iso-8859-1",
          "application/json; charset=utf-16"})
        CHECK(!http::is_json_type(type));
}

TEST_CASE("reply headers: the date is that of RFC 9110, and nothing names the program", "[http]") {
    CHECK(http::http_date({784'111'777'000}) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http::http_date({0}) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http::http_date({1'709'210'096'999}) == "Thu, 29 Feb 2024 12:34:56 GMT");
    CHECK(http::http_date({UINT64_MAX}) == "Fri, 31 Dec 9999 23:59:59 GMT");
    const auto headers = http::reply_headers(
        {200, "text/plain\r\nX: y", "", {{"Content-Security-Policy", "sandbox"}, {"A", "b\nc"}}},
        "r1",
        {0}
    );
    std::map<std::string, std::string> by_name;
    for (const auto& [name, value] : headers)
        CHECK(by_name.emplace(name, value).second);
    CHECK(by_name.at("Content-Security-Policy") == "sandbox");
    CHECK(by_name.at("Content-Type") == "text/plain__X: y");
    CHECK(by_name.at("A") == "b_c");
    CHECK(by_name.at("X-Content-Type-Options") == "nosniff");
    CHECK(by_name.at("Cache-Control") == "no-store");
    CHECK(!by_name.contains("Server"));
}

TEST_CASE("seats: who says nothing longest leaves, who is served never does", "[http]") {
    constexpr Instant now{100'000'000};
    const auto seat_of = [](Door door, Stage stage, std::int64_t second) {
        return http::Seat{door, stage, {second * 1'000'000}};
    };
    std::vector<http::Seat> taken(8, seat_of(Door::far, Stage::reading, 50));
    taken[3].since = Instant{1'000'000};

    CHECK(http::seat(taken, Door::far, 9, now).has_room);
    CHECK(!http::seat(taken, Door::far, 9, now).leaves.has_value());
    CHECK(http::seat(taken, Door::far, 8, now).leaves == 3);
    // Strangers never touch the places of the Unix socket.
    CHECK(!http::seat(taken, Door::local, 8, now).leaves.has_value());
    // This machine takes back its quarter, and is not pushed out of it.
    CHECK(http::seat(taken, Door::loopback, 8, now).leaves == 3);
    taken[3] = seat_of(Door::loopback, Stage::reading, 1);
    CHECK(http::seat(taken, Door::far, 8, now).leaves == 0);
    CHECK(http::seat(taken, Door::loopback, 8, now).leaves == 0);
    taken[4] = taken[3];
    CHECK(http::seat(taken, Door::loopback, 8, now).leaves == 3);
    for (http::Seat& each : taken)
        each.stage = Stage::working;
    CHECK(!http::seat(taken, Door::far, 8, now).has_room);
    taken[5] = seat_of(Door::far, Stage::writing, 99);
    CHECK(!http::seat(taken, Door::far, 8, now).has_room);
    taken[5] = seat_of(Door::far, Stage::writing, 90);
    CHECK(http::seat(taken, Door::far, 8, now).leaves == 5);
    for (http::Seat& each : taken)
        each.stage = Stage::streaming;
    CHECK(!http::seat(taken, Door::far, 8, now).has_room);
    const std::vector<http::Seat> local(4, seat_of(Door::local, Stage::reading, 5));
    CHECK(http::seat(local, Door::local, 4, now).leaves == 0);
}

TEST_CASE("request head: another version is told only of a line that is whole", "[http]") {
    for (const char* line : {"GET / HTTP/2.0\r", "PRI * HTTP/2.0\r", "GET /a?b HTTP/0.9\r"})
        CHECK(http::names_other_version(line));
    for (const char* line :
         {"GET / HTTP/1.1\r",
          "GET / HTTP/1.1",
          "GET / HTTP/2.0",
          "GET /a b HTTP/1.1\r",
          "GET /a b HTTP/2.0\r",
          "GET / HTTP/2\r",
          "GET / HTTP/x.y\r",
          "GET /\r",
          ""})
        CHECK_FALSE(http::names_other_version(line));
}

TEST_CASE("answers: those that nobody takes have a bound, and one always goes out", "[http]") {
    std::size_t all = 0;
    CHECK(http::has_room_for_answer(all, 2 * http::unread_answers_bytes_max));
    {
        const http::HeldAnswer large(all, http::unread_answers_bytes_max - 10);
        CHECK(http::has_room_for_answer(all, 10));
        CHECK_FALSE(http::has_room_for_answer(all, 11));
    }
    CHECK(all == 0);
}
