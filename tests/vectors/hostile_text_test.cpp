// Hostile texts through the node's API: every one is kept to the byte or refused in a sentence,
// none does anything else.
#include "protocol/base/text.hpp"
#include "tests/support/node/solo_node.hpp"
#include "tests/support/vectors.hpp"

#include <set>

namespace json = boost::json;
namespace tests = staffroom::tests;
using tests::SoloNode;

namespace {

/// The strings of a list of objects with `s`, or of plain strings.
std::vector<std::string> strings_of(std::string_view file) {
    std::vector<std::string> all;
    const json::value items = tests::load_vectors(file);
    for (const json::value& item : items.as_array())
        all.push_back(
            item.is_string() ? std::string(item.as_string()) : tests::text_field(item, "s")
        );
    return all;
}

std::string exported(SoloNode& node, const std::string& id) {
    const std::string target = "/api/v1/records/" + id + "/export";
    for (const char* format : {"jsonld", "bibtex", "ris"})
        CHECK(
            node.ask_any(staffroom::http::Method::get, target + "?format=" + format, {}).status ==
            200
        );
    return node.ask_any(staffroom::http::Method::get, target, {}).body;
}

/// Out of one school as a file and into another: the same words, the same file again.
void check_export(SoloNode& node, SoloNode& other, const std::string& id) {
    const std::string file = exported(node, id);
    const json::object made =
        other.post("/api/v1/records", json::object{{"file", file}, {"path", "x.md"}}, 201);
    const std::string copy(made.at("id").as_string());
    const json::object first = node.get("/api/v1/records/" + id);
    const json::object second = other.get("/api/v1/records/" + copy);
    for (const char* part : {"text", "front_matter", "authors", "title", "created_ms"})
        CHECK(first.at(part) == second.at(part));
    CHECK(exported(other, copy) == file);
}

/// Each string as title, as text and as author of a record: what comes back is what was given.
void check_strings(const std::vector<std::string>& strings) {
    SoloNode node;
    SoloNode other;
    std::size_t kept = 0;
    for (const std::string& text : strings) {
        const std::string file = "---\ntitle: A title of enough letters\n---\n" + text;
        json::object request{
            {"file", file}, {"path", "x.md"}, {"authors", json::array{text}}, {"reach", "draft"}};
        const auto answer =
            node.ask_any(staffroom::http::Method::post, "/api/v1/records", json::value(request));
        if (answer.status != 201) {
            const json::object problem = json::parse(answer.body).as_object();
            CHECK(answer.status < 500);
            CHECK_FALSE(problem.at("detail").as_string().empty());
            CHECK_FALSE(problem.at("next").as_string().empty());
            continue;
        }
        ++kept;
        const std::string id(json::parse(answer.body).at("id").as_string());
        const json::object shown = node.get("/api/v1/records/" + id);
        CHECK(shown.at("text") == json::string(text));
        CHECK(shown.at("authors").at(0).at("name") == json::string(text));
        check_export(node, other, id);
    }
    CHECK(kept > strings.size() / 2);
}

} // namespace

TEST_CASE("API: every naughty string comes back byte for byte", "[naughty-strings]") {
    const auto strings = strings_of("naughty-strings.json");
    REQUIRE(strings.size() == 252);
    check_strings(strings);
}

TEST_CASE("API: broken Unicode and header splitting stay text", "[http-unicode-fuzzdb]") {
    const auto strings = strings_of("http-unicode-fuzzdb.json");
    REQUIRE(strings.size() == 98);
    check_strings(strings);
}

TEST_CASE("API: JSON is taken or refused as the suite says", "[json-parsing]") {
    SoloNode node;
    std::size_t run = 0;
    const json::value items = tests::load_vectors("json-parsing.json");
    for (const json::value& item : items.as_array()) {
        const auto bytes = tests::base64_field(item, "base64");
        const std::string expect = tests::text_field(item, "expect");
        INFO(tests::text_field(item, "name"));
        staffroom::http::Request request{
            staffroom::http::Method::post,
            "/api/v1/records",
            "",
            "",
            "r1",
            staffroom::http::Caller::at_socket(),
            {},
            {}};
        request.body = std::string(staffroom::as_text(bytes));
        const auto answer = node.send(std::move(request));
        CHECK(answer.status >= 400); // None of them is a record.
        CHECK(answer.status < 500);
        const json::object problem = json::parse(answer.body).as_object();
        const bool is_not_json =
            problem.at("detail").as_string().find("is not JSON") != json::string::npos;
        if (expect != "either")
            CHECK(is_not_json == (expect == "reject"));
        ++run;
    }
    CHECK(run == 167);
}
