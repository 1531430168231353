#include "node/http/answers/json.hpp"
#include "node/http/answers/query.hpp"
#include "protocol/base/text.hpp"

#include <catch2/catch.hpp>

namespace http = staffroom::http;
using staffroom::Errc;

namespace {

staffroom::Result<staffroom::services::RecordRequest> read(std::string_view text) {
    const auto object = http::parse_object(std::string(text));
    REQUIRE(object.has_value());
    return http::record_request(*object);
}

} // namespace

TEST_CASE("JSON: a record's request is read with all its parts", "[http]") {
    const auto request = read(R"({"file":"# A","path":"a.md","network":"n","kind":"call",
        "reach":"network","authors":["B"],"about":[{"id":"x","relation":"cites"}],
        "set":{"type":"offer","phases":["any","adult"]},"origin":"o",
        "imported":{"title":"T","phase":"any"},
        "attachments":[{"name":"a.png","size":3}]})");

    REQUIRE(request.has_value());
    CHECK(request->file == "# A");
    CHECK(request->authors == std::vector<std::string>{"B"});
    CHECK(request->about.at(0).relation == "cites");
    CHECK(request->set.size() == 3);
    CHECK(request->imported->title == "T");
    CHECK(request->attachments.at(0).size == 3);
}

TEST_CASE("JSON: a member of a wrong type is named", "[http]") {
    for (const auto* text :
         {R"({"file":3})",
          R"({"file":"","authors":"B"})",
          R"({"file":"","about":["x"]})",
          R"({"file":"","about":[{"id":1}]})",
          R"({"file":"","set":{"a":1}})",
          R"({"file":"","imported":[]})",
          R"({"file":"","imported":{"title":1}})",
          R"({"file":"","attachments":[{"size":"x"}]})",
          R"({"path":"a"})"})
        CHECK(read(text).error().code == Errc::invalid_input);
    CHECK_THAT(read(R"({"file":"","kind":7})").error().detail, Catch::Contains("\"kind\""));
}

TEST_CASE("JSON: what is no object, or nested too deep, is refused", "[http]") {
    for (const std::string text : {"", "[]", "{", "{}x", "nul"})
        CHECK(http::parse_object(text).error().code == Errc::invalid_input);
    CHECK(!http::parse_object("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"));
}

TEST_CASE("router: escapes in paths and queries are read, broken ones refused", "[http]") {
    CHECK(http::percent_decoded("a%20b+c", false).value() == "a b+c");
    CHECK(http::percent_decoded("a%20b+c", true).value() == "a b c");
    CHECK(http::percent_decoded("%41%zz", false) == std::nullopt);
    CHECK(http::percent_decoded("%4", false) == std::nullopt);
    CHECK(http::percent_decoded("%", false) == std::nullopt);
    CHECK(http::percent_decoded("%+1", false) == std::nullopt);
}

TEST_CASE("JSON: a file is here for a record only where it belongs", "[http]") {
    const staffroom::Digest hash(staffroom::Digest::Raw{7});
    staffroom::storage::HeldFiles held;
    held.add({hash, 3});
    const auto is_here = [&](bool has_place) {
        http::JsonObject record{
            {"attachments",
             http::JsonArray{http::JsonObject{{"hash", staffroom::to_base32(hash)}, {"size", 3}}}}};
        http::put_files_here(record, held, [&](const staffroom::Digest& asked) {
            return has_place && asked == hash;
        });
        return record.at("attachments").at(0).at("here").as_bool();
    };

    CHECK(is_here(true));
    CHECK_FALSE(is_here(false)); // only another space's, such as that of a draft
}
