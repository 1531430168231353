#include "node/http/feeds/atom.hpp"

#include <catch2/catch.hpp>

namespace feeds = staffroom::http::feeds;
using staffroom::WallTime;

TEST_CASE("feeds: times are those of RFC 3339, to the end of the year 9999", "[http]") {
    CHECK(feeds::atom_time({0}) == "1970-01-01T00:00:00Z");
    CHECK(feeds::atom_time({1'772'500'000'000}) == "2026-03-03T01:06:40.000Z");
    CHECK(feeds::atom_time({~0ULL}) == "9999-12-31T23:59:59.000Z");
}

TEST_CASE("feeds: what others wrote is text, and no character of it ends the document", "[http]") {
    const feeds::AtomEntry entry{
        "urn:uuid:1",
        "]]><title>&\"'\x01\xEF\xBF\xBE\xEF\xBF\xBF",
        "http://a/record/x",
        "<!--",
        "en\" x=\"1",
        {"</name>"},
        {"a\"b"},
        {1'000},
        {2'000}};
    const std::string document =
        feeds::atom_document({"urn:uuid:2", "T&", "S<", "http://a/", {entry}});
    for (const char* raw : {"]]><title>", "<!--<", "</name></name>", "a\"b", "x=\"1", "\x01"})
        CHECK(document.find(raw) == std::string::npos);
    CHECK(document.find("\xEF\xBF\xBE") == std::string::npos);
    CHECK(document.find("\xEF\xBF\xBF") == std::string::npos);
    CHECK(document.find("<updated>1970-01-01T00:00:02.000Z</updated>") != std::string::npos);
    CHECK(document.find("xml:lang=\"\"") != std::string::npos);
    CHECK(document.find("rel=\"self\"") == std::string::npos);
}
