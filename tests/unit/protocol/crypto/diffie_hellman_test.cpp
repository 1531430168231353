#include "protocol/crypto/diffie_hellman.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

using staffroom::Errc;
using staffroom::TransportPublicKey;
using staffroom::crypto::Secret32;
namespace crypto = staffroom::crypto;

namespace {

Secret32 secret_from_seed(std::uint64_t seed) {
    staffroom::tests::SeededRandom random(seed);
    Secret32 secret;
    random.fill(secret.writable());
    return secret;
}

} // namespace

TEST_CASE("diffie-hellman: both sides get one secret, a third gets another", "[diffie_hellman]") {
    const auto one = secret_from_seed(1);
    const auto two = secret_from_seed(2);
    const auto three = secret_from_seed(3);

    const auto left = crypto::shared_secret(one, crypto::transport_public_key(two));
    const auto right = crypto::shared_secret(two, crypto::transport_public_key(one));
    const auto stranger = crypto::shared_secret(three, crypto::transport_public_key(one));

    REQUIRE(left);
    REQUIRE(right);
    REQUIRE(stranger);
    CHECK(left->equals(*right));
    CHECK_FALSE(left->equals(*stranger));
}

TEST_CASE("diffie-hellman: a public key of low order is a bad key", "[diffie_hellman]") {
    TransportPublicKey::Raw one{};
    one[0] = 1;
    for (const auto& key :
         {TransportPublicKey(TransportPublicKey::Raw{}), TransportPublicKey(one)}) {
        const auto shared = crypto::shared_secret(secret_from_seed(4), key);
        REQUIRE_FALSE(shared);
        CHECK(shared.error().code == Errc::bad_key);
    }
}
