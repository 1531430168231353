#include "protocol/network/invitation.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace network = staffroom::network;
using network::InvitationCode;
using staffroom::Errc;

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A repeatable stream of bytes for tests only.
class CountingRandom final : public staffroom::Random {
public:
    explicit CountingRandom(std::uint64_t seed)
        : state_(seed) {}
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out) {
            state_ = state_ * 6364136223846793005U + 1442695040888963407U;
            byte = static_cast<std::uint8_t>(state_ >> 56U);
        }
    }

private:
    std::uint64_t state_;
};

std::string without_hyphens(std::string text) {
    std::erase(text, '-');
    return text;
}

} // namespace

TEST_CASE("invitation code: what is printed is read back", "[network]") {
    CountingRandom random(1);

    for (int i = 0; i < 200; ++i) {
        const auto code = InvitationCode::make(random);
        const std::string text = code.text();
        REQUIRE(text.size() == 19);
        CHECK((text[4] == '-' && text[9] == '-' && text[14] == '-'));
        CHECK(InvitationCode::parse(text).value().text() == text);
    }
}

TEST_CASE("invitation code: every single wrong symbol is found", "[network]") {
    CountingRandom random(2);

    for (int round = 0; round < 20; ++round) {
        const std::string good = without_hyphens(InvitationCode::make(random).text());
        for (std::size_t place = 0; place < good.size(); ++place)
            for (const char symbol : alphabet) {
                std::string wrong = good;
                wrong[place] = symbol;
                if (wrong != good)
                    REQUIRE(InvitationCode::parse(wrong).error().code == Errc::bad_checksum);
            }
    }
}

TEST_CASE("invitation code: every exchange of two symbols is found", "[network]") {
    CountingRandom random(3);

    for (int round = 0; round < 200; ++round) {
        const std::string good = without_hyphens(InvitationCode::make(random).text());
        for (std::size_t a = 0; a < good.size(); ++a)
            for (std::size_t b = a + 1; b < good.size(); ++b) {
                std::string wrong = good;
                std::swap(wrong[a], wrong[b]);
                if (wrong != good)
                    REQUIRE(InvitationCode::parse(wrong).error().code == Errc::bad_checksum);
            }
    }
}

TEST_CASE("invitation code: case, spaces, hyphens and look-alikes are forgiven", "[network]") {
    // Sixteen zeros sum to zero, so they make a code that any reader can check by hand.
    const auto zero = InvitationCode::parse("0000-0000-0000-0000");
    REQUIRE(zero.has_value());
    CountingRandom random(4);
    const std::string text = InvitationCode::make(random).text();
    std::string spoken;
    for (const char c : text)
        spoken += c == '-' ? std::string("  ")
                           : std::string(1, c >= 'A' ? static_cast<char>(c - 'A' + 'a') : c) + " ";

    CHECK(InvitationCode::parse(spoken).value().text() == text);
    CHECK(InvitationCode::parse("ooOO 0000 0000 000o").value().text() == zero->text());
    for (int round = 0; round < 50; ++round) {
        std::string code = InvitationCode::make(random).text();
        const std::string printed = code;
        bool is_lower = false;
        for (char& c : code)
            if (c == '1')
                c = (is_lower = !is_lower) ? 'l' : 'I';
        CHECK(InvitationCode::parse(code).value().text() == printed);
    }
}

TEST_CASE(
    "invitation code: what word processors make of dashes and spaces is forgiven", "[network]"
) {
    CountingRandom random(9);
    const std::string printed = InvitationCode::make(random).text();
    for (const char* dash :
         {"\xE2\x80\x93",
          "\xE2\x80\x94",
          "\xE2\x80\x90",
          "\xE2\x80\x91",
          "\xE2\x88\x92",
          "\xEF\xBC\x8D",
          "\xC2\xA0",
          "\xE2\x80\xAF",
          "\xE2\x80\x8B",
          "\xE3\x80\x80",
          "\xC2\xAD",
          "\xEF\xBB\xBF"}) {
        std::string typed;
        for (const char c : printed)
            typed += c == '-' ? std::string(dash) : std::string(1, c);
        CHECK(InvitationCode::parse(typed).value().text() == printed);
    }
    std::string wide;
    for (const char c : printed) {
        const unsigned point = static_cast<unsigned char>(c) - unsigned{'!'} + 0xFF01U;
        wide += '\xEF';
        wide += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        wide += static_cast<char>(0x80U | (point & 0x3FU));
    }
    CHECK(InvitationCode::parse(wide).value().text() == printed);
    CHECK(InvitationCode::parse(printed + "\xE2\x80").error().code == Errc::malformed);
    CHECK(InvitationCode::parse(printed + "\xE2\x82\xAC").error().code == Errc::malformed);
}

TEST_CASE("invitation code: other lengths and characters are refused", "[network]") {
    CHECK(InvitationCode::parse("").error().code == Errc::malformed);
    CHECK(InvitationCode::parse("0000-0000-0000-000").error().code == Errc::malformed);
    CHECK(InvitationCode::parse("0000-0000-0000-0000-0").error().code == Errc::malformed);
    CHECK(InvitationCode::parse("0000-0000-0000-000U").error().code == Errc::malformed);
    CHECK(InvitationCode::parse("0000-0000-0000-000\xC3").error().code == Errc::malformed);
}

TEST_CASE("invitation code: equal codes give equal keys, other codes other keys", "[network]") {
    CountingRandom random(5);
    const auto first = InvitationCode::make(random);
    const auto second = InvitationCode::make(random);

    const auto keys = network::derive_keys(first);
    const auto again = network::derive_keys(InvitationCode::parse(first.text()).value());
    const auto others = network::derive_keys(second);

    REQUIRE((keys && again && others));
    CHECK(keys->psk.equals(again->psk));
    CHECK(keys->admit_key.public_key() == again->admit_key.public_key());
    CHECK(!keys->psk.equals(others->psk));
    CHECK(keys->admit_key.public_key() != others->admit_key.public_key());
    CHECK(!std::ranges::equal(keys->psk.view(), keys->admit_key.public_key().view()));
}
