#include "protocol/base/ids.hpp"
#include "protocol/base/text.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::Errc;
using staffroom::SchoolId;
using staffroom::tests::SeededRandom;

namespace {

std::string base32_of(std::string_view text) {
    return staffroom::to_base32(staffroom::as_view(text));
}

Bytes random_bytes(SeededRandom& random, std::size_t count) {
    Bytes bytes(count);
    random.fill(bytes);
    return bytes;
}

} // namespace

TEST_CASE("hex: bytes of every length come back", "[text]") {
    SeededRandom random(1);
    for (std::size_t count = 0; count < 70; ++count) {
        const Bytes bytes = random_bytes(random, count);

        const auto back = staffroom::from_hex(staffroom::to_hex(bytes));

        REQUIRE(back);
        CHECK(*back == bytes);
    }
}

TEST_CASE("hex: it is written in lower case and read in both", "[text]") {
    CHECK(staffroom::to_hex(Bytes{0x0a, 0xff}) == "0aff");
    const auto upper = staffroom::from_hex("0AfF");
    REQUIRE(upper);
    CHECK(*upper == Bytes{0x0a, 0xff});
}

TEST_CASE("hex: an odd length or another character is malformed", "[text]") {
    for (const std::string_view text : {"0", "0g", "g0", "0x00", "00 ", "/0", ":0", "@0", "`0"}) {
        INFO(text);
        const auto bytes = staffroom::from_hex(text);
        REQUIRE_FALSE(bytes);
        CHECK(bytes.error().code == Errc::malformed);
    }
}

TEST_CASE("base 32: it gives the RFC 4648 examples, lower case and without padding", "[text]") {
    CHECK(base32_of("").empty());
    CHECK(base32_of("f") == "my");
    CHECK(base32_of("fo") == "mzxq");
    CHECK(base32_of("foo") == "mzxw6");
    CHECK(base32_of("foob") == "mzxw6yq");
    CHECK(base32_of("fooba") == "mzxw6ytb");
    CHECK(base32_of("foobar") == "mzxw6ytboi");
}

TEST_CASE("base 32: bytes of every length come back", "[text]") {
    SeededRandom random(2);
    for (std::size_t count = 0; count < 70; ++count) {
        const Bytes bytes = random_bytes(random, count);

        const auto back = staffroom::from_base32(staffroom::to_base32(bytes));

        REQUIRE(back);
        CHECK(*back == bytes);
    }
}

TEST_CASE("base 32: a text has one spelling, every other is malformed", "[text]") {
    // Upper case, padding, digits outside the alphabet, lengths that hold no whole byte, unused
    // bits that are set.
    for (const std::string_view text :
         {"MY", "my======", "m0", "m1", "m8", "m", "mzx", "mzxw6y", "mz", "mzxr", "mzxw7", "m y"}) {
        INFO(text);
        const auto bytes = staffroom::from_base32(text);
        REQUIRE_FALSE(bytes);
        CHECK(bytes.error().code == Errc::malformed);
    }
}

TEST_CASE("base 32: an id is 52 characters and of no other length", "[text]") {
    SeededRandom random(3);
    const auto id = random.make<SchoolId>();

    const std::string text = staffroom::to_base32(id);

    CHECK(text.size() == 52);
    const auto back = staffroom::id_from_base32<SchoolId>(text);
    REQUIRE(back);
    CHECK(*back == id);
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto shorter = staffroom::id_from_base32<SchoolId>(text.substr(0, length));
        REQUIRE_FALSE(shorter);
        CHECK(shorter.error().code == Errc::malformed);
    }
    CHECK_FALSE(staffroom::id_from_base32<SchoolId>(text + "aa"));
}

TEST_CASE("utf-8: clean text has no unreadable byte", "[text]") {
    for (const std::string_view text :
         {"",
          "plain",
          "caf\xc3\xa9",
          "\xc2\x80",
          "\xdf\xbf",
          "\xe0\xa0\x80",
          "\xed\x9f\xbf",
          "\xee\x80\x80",
          "\xef\xbf\xbf",
          "\xf0\x90\x80\x80",
          "\xf4\x8f\xbf\xbf",
          "\x01\x7f"}) {
        INFO(text);
        CHECK_FALSE(staffroom::first_unreadable_byte(text));
    }
}

TEST_CASE("utf-8: where a byte stands among readable ones changes nothing", "[text]") {
    // Whatever looks at several bytes at once sees each byte at each place of its stride.
    for (std::size_t length = 1; length < 40; ++length)
        for (std::size_t place = 0; place < length; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(length, '\x01');
                text[place] = static_cast<char>(byte);
                const auto found = staffroom::first_unreadable_byte(text);
                const bool is_readable = byte > 0 && byte < 128;
                REQUIRE(found.has_value() == !is_readable);
                REQUIRE(found.value_or(place) == place);
            }
}

TEST_CASE("utf-8: the first byte that is not readable is named", "[text]") {
    struct Case {
        std::string text;
        std::size_t place;
    };
    const std::vector<Case> cases{
        {std::string("ab\0c", 4), 2},   // NUL
        {"a\x80", 1},                   // a continuation alone
        {"ab\xc3", 2},                  // cut off
        {"\xc3\x28", 0},                // no continuation
        {"\xc0\xaf", 0},                // overlong
        {"\xc1\xbf", 0},                // overlong
        {"\xe0\x9f\xbf", 0},            // overlong
        {"\xf0\x8f\xbf\xbf", 0},        // overlong
        {"x\xed\xa0\x80", 1},           // surrogate
        {"\xf4\x90\x80\x80", 0},        // beyond U+10FFFF
        {"\xf5\x80\x80\x80", 0},        // no such lead
        {"\xff", 0},                    // no such lead
        {"\xe2\x82", 0},                // cut off
        {"\xf0\x9f\x98", 0},            // cut off
        {"caf\xc3\xa9\xe2\x82\x28", 5}, // after a good sequence
    };
    for (const Case& each : cases) {
        INFO(staffroom::to_hex(staffroom::as_view(each.text)));
        const auto place = staffroom::first_unreadable_byte(each.text);
        REQUIRE(place);
        CHECK(*place == each.place);
    }
}
