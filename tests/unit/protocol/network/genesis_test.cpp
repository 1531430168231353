// The genesis of a network: made once, known by its hash, read strictly.
#include "protocol/base/limits.hpp"
#include "protocol/network/genesis.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace network = staffroom::network;
using staffroom::append;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::SchoolId;
using staffroom::tests::SeededRandom;

namespace {

Bytes make(SeededRandom& random) {
    auto made = network::make_genesis(
        "Forest", "talk for reading", "Be kind.", random.make<SchoolId>(), random
    );
    REQUIRE(made);
    return *made;
}

Errc refusal(ByteView bytes) {
    const auto parsed = network::parse_genesis(bytes);
    return parsed ? Errc::closed : parsed.error().code;
}

Errc refusal_of_words(
    const std::string& name, const std::string& focus, const std::string& charter
) {
    SeededRandom random(1);
    const auto made = network::make_genesis(name, focus, charter, random.make<SchoolId>(), random);
    if (!made)
        return made.error().code;
    return refusal(*made);
}

} // namespace

TEST_CASE("genesis: what it was made of is read back", "[network]") {
    SeededRandom random(1);
    const auto founder = random.make<SchoolId>();

    const auto made =
        network::make_genesis("Wälder", "Gespräch", "Sei\nfreundlich.", founder, random);
    REQUIRE(made);
    const auto parsed = network::parse_genesis(*made);

    REQUIRE(parsed);
    CHECK(parsed->name == "Wälder");
    CHECK(parsed->focus == "Gespräch");
    CHECK(parsed->charter == "Sei\nfreundlich.");
    CHECK(parsed->founder == founder);
}

TEST_CASE("genesis: two with the same words are two networks with two meeting keys", "[network]") {
    SeededRandom random(2);
    const Bytes one = make(random);
    const Bytes other = make(random);

    CHECK(network::network_id(one) != network::network_id(other));
    const auto key = network::meeting_key(*network::parse_genesis(one));
    CHECK(key.equals(network::meeting_key(*network::parse_genesis(one))));
    CHECK_FALSE(key.equals(network::meeting_key(*network::parse_genesis(other))));
    CHECK_FALSE(key.equals(network::parse_genesis(one)->seed));
}

TEST_CASE("genesis: any flipped bit is refused or makes another network", "[network]") {
    SeededRandom random(3);
    const Bytes good = make(random);
    const auto id = network::network_id(good);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        Bytes altered = good;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << (bit % 8)));
        CHECK((refusal(altered) != Errc::closed || network::network_id(altered) != id));
    }
}

TEST_CASE("genesis: the charter is the one that was hashed", "[network]") {
    SeededRandom random(4);
    Bytes altered = make(random);
    const std::string charter = "Be kind.";
    const auto at = std::search(altered.begin(), altered.end(), charter.begin(), charter.end());
    REQUIRE(at != altered.end());
    *at = 'b';
    CHECK(refusal(altered) == Errc::bad_commitment);
}

TEST_CASE("genesis: cut anywhere it is refused", "[network]") {
    SeededRandom random(5);
    const Bytes good = make(random);
    for (std::size_t length = 0; length < good.size(); ++length) {
        INFO(length);
        CHECK(refusal(ByteView(good).first(length)) != Errc::closed);
    }
    CHECK(refusal(good) == Errc::closed);
}

TEST_CASE("genesis: its words hold at their limits and not beyond", "[network]") {
    const std::string fine = "x";
    CHECK(refusal_of_words(std::string(200, 'n'), fine, fine) == Errc::closed);
    CHECK(refusal_of_words(std::string(201, 'n'), fine, fine) == Errc::invalid_input);
    CHECK(refusal_of_words("", fine, fine) == Errc::invalid_input);
    CHECK(refusal_of_words(fine, std::string(1000, 'f'), fine) == Errc::closed);
    CHECK(refusal_of_words(fine, std::string(1001, 'f'), fine) == Errc::invalid_input);
    CHECK(refusal_of_words(fine, "", fine) == Errc::invalid_input);
    CHECK(refusal_of_words(fine, fine, "") == Errc::closed);
    CHECK(
        refusal_of_words(fine, fine, std::string(limits::charter_bytes_max, 'c')) == Errc::closed
    );
    CHECK(
        refusal_of_words(fine, fine, std::string(limits::charter_bytes_max + 1, 'c')) ==
        Errc::too_large
    );
    CHECK(refusal_of_words("\xff", fine, fine) == Errc::invalid_input);
    CHECK(refusal_of_words(fine, std::string("a\0b", 3), fine) == Errc::invalid_input);
}

TEST_CASE("genesis: fields outside the strict form are refused", "[network]") {
    SeededRandom random(6);
    const Bytes good = make(random);
    const auto with = [&](const Bytes& more) {
        Bytes bytes = good;
        append(bytes, more);
        return refusal(bytes);
    };
    CHECK(with({0x40, 0x01}) == Errc::not_strict);       // 8
    CHECK(with({0xb8, 0x3e, 0x01}) == Errc::not_strict); // 999
    CHECK(with({0xc0, 0x3e, 0x01}) == Errc::closed);     // 1000
    CHECK(with({0xf8, 0x7c, 0x01}) == Errc::closed);     // 1999
    CHECK(with({0x80, 0x7d, 0x01}) == Errc::not_strict); // 2000
    CHECK(with({0x08, 0x01}) == Errc::not_strict);       // the version again

    Bytes newer = good;
    REQUIRE(newer[0] == 0x08);
    newer[1] = 2;
    CHECK(refusal(newer) == Errc::unknown_version);
    const Bytes huge(limits::genesis_bytes_max + limits::charter_bytes_max + 1, 0);
    CHECK(refusal(huge) == Errc::too_large);
}
