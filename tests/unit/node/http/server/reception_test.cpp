#include "node/http/answers/openapi.hpp"
#include "node/http/answers/outgoing_stream.hpp"
#include "node/http/records/preconditions.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/node/http_front.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
namespace json = boost::json;
using staffroom::tests::header_of;
using Front = staffroom::tests::HttpFront;
using staffroom::Instant;

namespace {

constexpr Instant start{1'000'000};

http::Request post(std::string key, std::string body, std::string target = "/api/v1/records") {
    return staffroom::tests::posted(std::move(body), std::move(target), std::move(key));
}

http::Response answer_of(std::string body, int status = 200) {
    return {status, "application/json", std::move(body)};
}

std::string code_of(const http::KeptAnswers::Verdict& verdict) {
    if (std::holds_alternative<http::KeptAnswers::Fresh>(verdict))
        return "fresh";
    const auto* problem = std::get_if<http::Problem>(&verdict);
    return problem == nullptr ? "again" : problem->code;
}

} // namespace

TEST_CASE("keys: a request sent again gets the first answer and is not carried out", "[http]") {
    Front front;
    const auto request = post("k1", R"({"file":"# Grids in Year 8\n","reach":"draft"})");

    const auto first = front.ask(request);
    const auto again = front.ask(request);
    const auto other = front.ask(post("k1", R"({"file":"# Something else\n"})"));
    const auto elsewhere = front.ask(post("k1", request.body, "/api/v1/networks"));

    CHECK(first.status == 201);
    CHECK(header_of(first, "Idempotent-Replay").empty());
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(header_of(again, "Idempotent-Replay") == "true");
    CHECK(other.status == 422);
    CHECK_THAT(other.body, Catch::Contains("request.key-reused"));
    CHECK(elsewhere.status == 422);
    CHECK(front.node.get("/api/v1/records").at("records").as_array().size() == 1);
}

TEST_CASE("keys: while the first is under way the second waits for nobody", "[http]") {
    Front front;
    const auto request = post("k1", R"({"file":"# Grids in Year 8\n","reach":"draft"})");
    int answers = 0;
    front.reception.answer(request, [&](const http::Response&) { ++answers; });

    std::optional<http::Response> second;
    front.reception.answer(request, [&](http::Response given) { second = std::move(given); });

    REQUIRE(second.has_value());
    CHECK(second->status == 409);
    CHECK_THAT(second->body, Catch::Contains("request.in-progress"));
    front.node.core.settle();
    CHECK(answers == 1);
    CHECK(front.ask(request).status == 201);
}

TEST_CASE("keys: an answer of the node's own trouble is not kept", "[http]") {
    http::KeptAnswers kept;
    const auto request = post("k1", "{}");

    CHECK(code_of(kept.begin(request, start)) == "fresh");
    kept.finish(request, answer_of("{}", 503));

    CHECK(code_of(kept.begin(request, start)) == "fresh");
    kept.finish(request, answer_of("{}", 422));
    CHECK(code_of(kept.begin(request, start)) == "again");
    CHECK(
        code_of(kept.begin(request, start + http::idempotency_time + std::chrono::seconds(1))) ==
        "fresh"
    );
}

TEST_CASE("keys: wrong ones are refused", "[http]") {
    http::KeptAnswers kept;
    const auto key = GENERATE(
        as<std::string>{}, "with space", "tab\t", "umlaut\xc3\xbc", std::string(201, 'k'), "\x7f"
    );

    CHECK(code_of(kept.begin(post(key, "{}"), start)) == "request.key-malformed");
    CHECK(code_of(kept.begin(post(std::string(200, 'k'), "{}"), start)) == "fresh");
}

TEST_CASE("keys: their number and their bytes are bounded", "[http]") {
    http::KeptAnswers kept;
    const std::string large(200'000, 'x');
    for (int i = 0; i < 2000; ++i) {
        const auto request = post("k" + std::to_string(i), "{}");
        REQUIRE(code_of(kept.begin(request, start + std::chrono::seconds(i))) == "fresh");
        kept.finish(request, answer_of(i % 2 == 0 ? large : "{}"));
        REQUIRE(kept.count() <= http::idempotency_keys_max);
        REQUIRE(kept.bytes() <= http::kept_answers_bytes_max);
    }

    CHECK(code_of(kept.begin(post("k1999", "{}"), start + std::chrono::seconds(2000))) == "again");
    CHECK(code_of(kept.begin(post("k0", "{}"), start + std::chrono::seconds(2000))) == "fresh");
    const auto huge = post("huge", "{}");
    CHECK(code_of(kept.begin(huge, start)) == "fresh");
    kept.finish(huge, answer_of(std::string(http::kept_answer_bytes_max + 1, 'x')));
    CHECK(code_of(kept.begin(huge, start)) == "request.answer-gone");
}

TEST_CASE("keys: when all are under way the next is told to wait", "[http]") {
    http::KeptAnswers kept;
    for (std::size_t i = 0; i < http::idempotency_keys_max; ++i)
        REQUIRE(code_of(kept.begin(post("k" + std::to_string(i), "{}"), start)) == "fresh");

    CHECK(code_of(kept.begin(post("one more", "{}"), start)) == "request.key-malformed");
    CHECK(code_of(kept.begin(post("one-more", "{}"), start)) == "node.busy");
}

TEST_CASE("tags: a record is read once, and its tag guards an edit", "[http]") {
    Front front;
    const auto made =
        json::parse(front.ask(post("", R"({"file":"# Grids in Year 8\n","reach":"draft"})")).body);
    const std::string id(made.at("id").as_string());
    http::Request read{
        http::Method::get,
        "/api/v1/records/" + id,
        "",
        "",
        "r1",
        http::Caller::at_socket(),
        {},
        {}};

    const auto first = front.ask(read);
    read.if_none_match = "W/\"other\", " + header_of(first, "ETag");
    const auto again = front.ask(read);

    CHECK(header_of(first, "ETag").starts_with("\"" + id + "."));
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    read.if_none_match = "\"other\"";
    CHECK(front.ask(read).status == 200);

    CHECK(!http::matched_states(read)->is_given);
    CHECK(http::no_if_match().status == 428);
    read.if_none_match.clear();
    read.if_match = header_of(first, "ETag");
    CHECK(front.ask(read).status == 200);
    read.if_match = "\"other\"";
    CHECK(front.ask(read).status == 412);
    read.if_match = "W/" + header_of(first, "ETag");
    CHECK(front.ask(read).status == 412);
}

TEST_CASE("readiness: each reason has its own code, and the first comes first", "[http]") {
    Front front;
    auto& metrics = front.node.instruments.metrics;
    const http::Request ask{
        http::Method::get, "/readyz", "", "", "r1", http::Caller::stranger(), {}, {}};
    const auto code = [&] {
        const auto answer = front.ask(ask);
        const auto document = json::parse(answer.body).as_object();
        return answer.status == 200 ? "ready" : std::string(document.at("code").as_string());
    };

    CHECK(code() == "ready");
    metrics.has_started = false;
    CHECK(code() == "node.starting");
    metrics.commit_trouble = staffroom::Errc::corrupt;
    CHECK(code() == "store.damaged");
    metrics.commit_trouble = staffroom::Errc::io_error;
    CHECK(code() == "store.failing");
    metrics.commit_trouble = staffroom::Errc::disk_full;
    CHECK(code() == "disk.full");
    metrics.is_stopping = true;
    CHECK(code() == "node.stopping");

    metrics = {};
    metrics.has_started = true;
    front.node.facts.store_folder = std::filesystem::temp_directory_path();
    metrics.commit_trouble = staffroom::Errc::disk_full;
    CHECK(code() == "ready"); // there is room again
    front.node.config.disk_floor_mb = 1'000'000'000'000;
    metrics.commit_trouble.reset();
    CHECK(code() == "disk.low");
}

TEST_CASE("log: what was traced is there to be read, by number and level", "[http]") {
    Front front;
    const auto& trace = *front.node.instruments.trace;
    for (int i = 0; i < 1005; ++i)
        trace.event(staffroom::node::TraceLevel::info, "a.thing", {{"n", std::to_string(i)}});
    trace.event(staffroom::node::TraceLevel::warning, "a.warning");

    const auto all = front.node.get("/api/v1/log?limit=1000");
    const auto last = front.node.get("/api/v1/log?after=1004");
    const auto bad = front.node.get("/api/v1/log?level=warning");

    CHECK(all.at("events").as_array().size() == 1000);
    CHECK(all.at("last").as_int64() == 1006);
    CHECK(last.at("events").as_array().size() == 2);
    CHECK(last.at("events").at(0).at("fields").at("n").as_string() == "1004");
    CHECK(bad.at("events").as_array().size() == 1);
    front.node.get("/api/v1/log?level=loud", 422);
    front.node.get("/api/v1/log?limit=0", 422);
    front.node.get("/api/v1/log?after=-1", 422);
}

TEST_CASE("metrics: what was asked is counted under its pattern", "[http]") {
    Front front;
    http::Request ask{
        http::Method::get,
        "/api/v1/records/aaaaaaaa",
        "",
        "",
        "r1",
        http::Caller::at_socket(),
        {},
        {}};
    front.ask(ask);
    ask.target = "/no/such/place";
    front.ask(ask);
    ask.target = "/metrics";

    const auto answer = front.ask(ask);

    CHECK(answer.status == 200);
    CHECK_THAT(
        answer.body,
        Catch::Contains("staffroom_http_request_duration_seconds_count{method=\"GET\",route=\"/api/"
                        "v1/records/{id}\",status=\"404\"} 1")
    );
    CHECK_THAT(answer.body, Catch::Contains("route=\"none\""));
    CHECK_THAT(answer.body, !Catch::Contains("/no/such"));
    CHECK_THAT(answer.body, Catch::Contains("staffroom_build_info{version=\"0.1.0\"} 1"));
}
