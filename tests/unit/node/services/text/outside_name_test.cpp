#include "node/services/text/outside_name.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace services = staffroom::services;
using staffroom::RevisionId;

TEST_CASE("outside name: a UUID of version 8 that leads back to the id", "[node]") {
    staffroom::tests::SeededRandom random(4151);
    std::set<std::string> names;
    for (int round = 0; round < 200; ++round) {
        RevisionId::Raw raw{};
        random.fill(raw);
        const RevisionId id(raw);
        const std::string whole = staffroom::to_base32(id);

        const std::string name = services::outside_name(id);

        INFO(name);
        CHECK(names.insert(name).second);
        REQUIRE(name.size() == 45);
        CHECK(name.starts_with("urn:uuid:"));
        CHECK(name[9 + 14] == '8');
        CHECK(std::string_view("89ab").find(name[9 + 19]) != std::string_view::npos);
        CHECK(whole.starts_with(services::named_id(name)));
        CHECK(services::named_id(name).size() == 24);
        CHECK(services::named_id("urn:staffroom:" + whole) == whole);
        CHECK(services::named_id("staffroom:" + whole) == whole);
        CHECK(services::named_id(whole) == whole);
    }
}

TEST_CASE("outside name: what is none of ours stays as it was typed", "[node]") {
    for (const std::string text :
         {"",
          "urn:uuid:",
          "urn:uuid:01010101-0101-4010-9010-101010101010", // version 4
          "urn:uuid:01010101-0101-8010-1010-101010101010", // another variant
          "urn:uuid:01010101-0101-8010-9010-10101010101",
          "urn:uuid:01010101-0101-8010-9010-1010101010100",
          "urn:uuid:0101010101018010-9010-1010101010100-",
          "urn:uuid:0101010g-0101-8010-9010-101010101010",
          "tag:example.org,2026:x",
          "mzxw6ytb"})
        CHECK(services::named_id(text) == text);
    CHECK(
        services::named_id("urn:uuid:ABCDEF01-0101-8010-9010-101010101010") ==
        services::named_id("urn:uuid:abcdef01-0101-8010-9010-101010101010")
    );
}
