#include "node/http/answers/json.hpp"
#include "node/http/answers/problem.hpp"
#include "node/http/problems/problem_types.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace http = staffroom::http;
using staffroom::Errc;

TEST_CASE("problem: every code of ours has a sentence, a next step and a failing exit", "[http]") {
    for (int raw = 0; raw <= static_cast<int>(Errc::self_contact); ++raw) {
        const auto problem = http::problem_from({static_cast<Errc>(raw), ""});
        INFO(staffroom::errc_name(static_cast<Errc>(raw)));
        CHECK(problem.status >= 400);
        CHECK(problem.status < 600);
        CHECK(!problem.code.empty());
        CHECK(problem.sentence.ends_with('.'));
        CHECK(problem.next.ends_with('.'));
        CHECK(problem.exit != staffroom::ExitCode::done);
    }
}

TEST_CASE("problem: mistyped, spent, ended and foreign codes are told apart", "[http]") {
    std::set<std::string> codes;
    std::set<std::string> sentences;
    for (const auto errc :
         {Errc::bad_checksum,
          Errc::malformed,
          Errc::invitation_spent,
          Errc::invitation_ended,
          Errc::wrong_network,
          Errc::unreachable,
          Errc::name_unknown,
          Errc::timed_out,
          Errc::closed,
          Errc::self_contact}) {
        const auto problem = http::problem_from({errc, ""});
        CHECK(codes.insert(problem.code).second);
        CHECK(sentences.insert(problem.sentence).second);
    }
}

TEST_CASE("problem: a detail for the user is shown, one for the trace is not", "[http]") {
    CHECK(http::problem_from({Errc::not_allowed, "Because."}).sentence == "Because.");
    CHECK(
        http::problem_from({Errc::io_error, "pwrite(7)"}).sentence.find("pwrite") ==
        std::string::npos
    );
}

TEST_CASE("problem: exit codes are those that scripts know", "[http]") {
    CHECK(static_cast<int>(http::problem_from({Errc::not_allowed, ""}).exit) == 5);
    CHECK(static_cast<int>(http::problem_from({Errc::unreachable, ""}).exit) == 6);
    CHECK(static_cast<int>(http::problem_from({Errc::bad_configuration, ""}).exit) == 78);
    CHECK(static_cast<int>(http::bad_request("x").exit) == 2);
}

TEST_CASE("problem: an ambiguous id has a code of its own", "[http]") {
    CHECK(http::problem_from_id({Errc::invalid_input, "Two."}).code == "id.ambiguous");
    CHECK(http::problem_from_id({Errc::not_found, "None."}).code == "id.not-found");
}

TEST_CASE("problem: the response is problem+json with the request's id", "[http]") {
    const auto response = http::to_response(http::bad_request("No."), "abc");

    CHECK(response.status == 400);
    CHECK(response.content_type == "application/problem+json");
    const auto object = boost::json::parse(response.body).as_object();
    CHECK(object.at("detail").as_string() == "No.");
    CHECK(object.at("request_id").as_string() == "abc");
    CHECK(object.at("exit").as_int64() == 2);
}

TEST_CASE("problem: every type has an address here, one title and a meaning", "[http]") {
    for (const http::ProblemType& type : http::problem_types()) {
        INFO(type.code);
        CHECK(http::find_problem_type(type.code) == &type);
        CHECK(!type.title.empty());
        CHECK(!type.title.ends_with('.'));
        CHECK(type.meaning.ends_with('.'));
        const auto made =
            http::to_response({400, std::string(type.code), "x", "y.", "z.", {}}, "r");
        const auto object = boost::json::parse(made.body).as_object();
        CHECK(object.at("title").as_string() == type.title);
        CHECK(object.at("type").as_string() == "/api/v1/problems/" + std::string(type.code));
        CHECK(object.at("instance").as_string() == "/api/v1/log?request=r");
    }
    for (int raw = 0; raw <= static_cast<int>(Errc::self_contact); ++raw)
        CHECK(
            http::find_problem_type(http::problem_from({static_cast<Errc>(raw), ""}).code) !=
            nullptr
        );
    CHECK(http::find_problem_type("no-such-thing") == nullptr);
    CHECK(http::find_problem_type("") == nullptr);
}

TEST_CASE("problem: what a status asks for beside the body is there", "[http]") {
    const auto header = [](int status, std::string_view name) {
        for (const auto& [each, value] :
             http::to_response({status, "internal", "", "x.", "y.", {}}, "r").headers)
            if (each == name)
                return value;
        return std::string();
    };

    CHECK(header(401, "WWW-Authenticate") == "Bearer realm=\"staffroom\"");
    CHECK(header(503, "Retry-After") == "5");
    CHECK(header(429, "Retry-After") == "5");
    CHECK(header(404, "Retry-After").empty());
}
