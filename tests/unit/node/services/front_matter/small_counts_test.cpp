#include "node/services/front_matter/small_counts.hpp"

#include <catch2/catch.hpp>

namespace services = staffroom::services;

TEST_CASE("small counts: 1 to 5 read fewer than 6 beyond the school, all else as it is", "[node]") {
    for (const char* count : {"1", "4", "5", "05"})
        CHECK(services::shown_count(count, false) == "fewer than 6");
    for (const char* count : {"0", "6", "31", "", "four", "-3", "4.5", "fewer than 6"})
        CHECK(services::shown_count(count, false) == count);
    CHECK(services::shown_count("4", true) == "4");
}

TEST_CASE("small counts: only counts of pupils change", "[node]") {
    using staffroom::records::FieldCode;
    const auto code = [](FieldCode each) { return static_cast<std::uint32_t>(each); };

    CHECK(services::shown_value(code(FieldCode::pupils_reached), "3", false) == "fewer than 6");
    CHECK(services::shown_value(code(FieldCode::adults_reached), "3", false) == "3");
}

TEST_CASE("small counts: a front matter is written anew only where it has one", "[node]") {
    const std::string plain = "# a note\ntitle: 'A'\npupils-reached: 31\n";
    const std::string small = "title: 'A'\npupils-reached: 4\nodd: [x, y]\n";
    const std::string hidden_key = "\"pupils\\x2Dreached\": 4\n";

    CHECK(services::shown_front_matter(plain, false) == plain);
    CHECK(services::shown_front_matter(small, true) == small);
    const std::string shown = services::shown_front_matter(small, false);
    CHECK_THAT(shown, Catch::Contains("pupils-reached: \"fewer than 6\""));
    CHECK_THAT(shown, Catch::Contains("title: \"A\""));
    CHECK(shown.find('4') == std::string::npos);
    CHECK(services::shown_front_matter(shown, false) == shown);
    CHECK(services::shown_front_matter(hidden_key, false).find('4') == std::string::npos);
    CHECK(services::shown_front_matter("pupils-reached: [", false).empty());
    CHECK(services::shown_front_matter("no yaml: [", false) == "no yaml: [");
}
