// X25519 against Wycheproof.
#include "protocol/crypto/diffie_hellman.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using staffroom::Errc;
using staffroom::TransportPublicKey;
using staffroom::crypto::Secret32;
namespace tests = staffroom::tests;

TEST_CASE(
    "x25519: every shared secret of Wycheproof is met, and an all-zero one is refused",
    "[wycheproof-x25519]"
) {
    const auto vectors = tests::load_vectors("wycheproof-x25519.json");
    std::int64_t run = 0;
    std::size_t refused = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        for (const auto& vector : group.at("tests").as_array()) {
            INFO("tcId " << vector.at("tcId").as_int64());
            const auto secret = Secret32::from(tests::hex_field(vector, "private"));
            const auto other = TransportPublicKey::from(tests::hex_field(vector, "public"));
            const auto expected = tests::hex_field(vector, "shared");
            REQUIRE(secret);
            REQUIRE(other);

            const auto shared = staffroom::crypto::shared_secret(*secret, *other);
            if (std::ranges::all_of(expected, [](std::uint8_t byte) { return byte == 0; })) {
                REQUIRE_FALSE(shared);
                CHECK(shared.error().code == Errc::bad_key);
                ++refused;
            } else {
                REQUIRE(shared);
                CHECK(staffroom::to_bytes(shared->view()) == expected);
            }
            ++run;
        }
    }
    REQUIRE(run == vectors.at("numberOfTests").as_int64());
    REQUIRE(refused > 0);
}
