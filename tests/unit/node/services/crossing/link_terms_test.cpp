#include "node/services/crossing/link_terms.hpp"

#include <catch2/catch.hpp>

using namespace staffroom::services;
using staffroom::Errc;
using staffroom::WallTime;

namespace {

constexpr std::uint64_t day_of_ms = std::uint64_t{24} * 60 * 60 * 1000;
constexpr WallTime noon{1'796'040'000'000}; // 2026-11-30, 12:00
constexpr std::uint64_t midnight_ms = noon.ms - day_of_ms / 2;

} // namespace

TEST_CASE("link terms: who says nothing shares what others try, and hears of it", "[crossing]") {
    const auto terms = terms_of({});
    REQUIRE(terms);
    CHECK(terms->kinds == std::vector<std::uint32_t>{1, 2, 3, 4});
    CHECK_FALSE(terms->pass_on);
    CHECK_FALSE(terms->passed_on);
}

TEST_CASE("link terms: kinds stand once, in order, and are known", "[crossing]") {
    CHECK(
        terms_of({{"adoption", "enquiry-finding", "adoption"}})->kinds ==
        std::vector<std::uint32_t>{2, 4}
    );
    CHECK(terms_of({{"findings"}}).error().code == Errc::unknown_value);
    CHECK(terms_of({{"survey"}}).error().code == Errc::invalid_input);
}

TEST_CASE(
    "link terms: networks to pass on to stand once, in order, and only with leave", "[crossing]"
) {
    const auto network = [](unsigned char byte) {
        staffroom::NetworkId::Raw raw{};
        raw[0] = byte;
        return staffroom::NetworkId(raw);
    };
    WantedTerms wanted{{}, true, false, {network(2), network(1), network(2)}};
    const auto terms = terms_of(wanted);
    REQUIRE(terms);
    CHECK(terms->onward == std::vector{network(1), network(2)});
    wanted.pass_on = false;
    CHECK(terms_of(wanted).error().code == Errc::invalid_input);
    wanted = {{}, true};
    for (unsigned char byte = 0; byte < 17; ++byte)
        wanted.onward.push_back(network(byte));
    CHECK(terms_of(wanted).error().code == Errc::invalid_input);
    wanted.onward.pop_back();
    CHECK(terms_of(wanted));
}

TEST_CASE("link terms: a year, and a review half way; a day is good to its end", "[crossing]") {
    const auto otherwise = link_days(noon, "", "");
    REQUIRE(otherwise);
    CHECK(otherwise->until.ms == midnight_ms + 366 * day_of_ms);
    CHECK(otherwise->review.ms == midnight_ms + 183 * day_of_ms);
    const auto today = link_days(noon, "2026-11-30", "");
    REQUIRE(today);
    CHECK(today->until.ms == midnight_ms + day_of_ms);
    CHECK(today->review.ms == today->until.ms);
    CHECK(link_days(noon, "2026-11-29", "").error().code == Errc::invalid_input);
    CHECK(link_days(noon, "2027-02-30", "").error().code == Errc::invalid_input);
    CHECK(link_days(noon, "2027-01-01", "2027-01-02").error().code == Errc::invalid_input);
    CHECK(link_days(noon, "2027-01-01", "2027-01-01"));
}

TEST_CASE("link terms: kinds read as people say them", "[crossing]") {
    CHECK(kinds_text({}) == "nothing");
    CHECK(kinds_text({"enquiry-finding"}) == "findings");
    CHECK(
        kinds_text({"practice-write-up", "enquiry-finding", "adoption"}) ==
        "practice write-ups, findings and adoptions"
    );
    CHECK(kinds_text(kind_words({2, 150})) == "findings and records of kind kind-150");
}
