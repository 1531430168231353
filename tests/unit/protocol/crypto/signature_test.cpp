#include "protocol/crypto/signature.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::Signature;
using staffroom::SigningPublicKey;
using staffroom::crypto::Secret32;
using staffroom::crypto::SigningKey;
using staffroom::crypto::SignLabel;
using staffroom::crypto::SodiumVerifier;
using staffroom::tests::SeededRandom;

namespace {

SigningKey key_from_seed(std::uint64_t seed) {
    SeededRandom random(seed);
    Secret32 secret;
    random.fill(secret.writable());
    return SigningKey(secret);
}

} // namespace

TEST_CASE("signature: what a key signed verifies under that key", "[signature]") {
    const SigningKey key = key_from_seed(1);
    SodiumVerifier verifier;
    for (const std::size_t length : {0U, 1U, 63U, 64U, 65U, 4096U}) {
        const Bytes bytes(length, 3);

        const auto signature = key.sign(SignLabel::head, bytes);

        CHECK(verifier.verify(SignLabel::head, key.public_key(), bytes, signature));
    }
}

TEST_CASE("signature: signed for one place it is valid in no other", "[signature]") {
    const SigningKey key = key_from_seed(2);
    SodiumVerifier verifier;
    const std::vector<SignLabel> labels{
        SignLabel::chain_event, SignLabel::head, SignLabel::notice, SignLabel::admission};
    const Bytes bytes{1, 2, 3};
    for (const SignLabel made : labels) {
        const auto signature = key.sign(made, bytes);
        for (const SignLabel asked : labels)
            CHECK(verifier.verify(asked, key.public_key(), bytes, signature) == (made == asked));
    }
}

TEST_CASE("signature: each altered byte of it, and each of the text, is refused", "[signature]") {
    const SigningKey key = key_from_seed(3);
    SodiumVerifier verifier;
    const Bytes bytes{1, 2, 3, 4};
    const auto signature = key.sign(SignLabel::notice, bytes);

    for (std::size_t i = 0; i < Signature::size_bytes; ++i) {
        auto raw = signature.raw();
        raw[i] ^= 1U;
        CHECK_FALSE(verifier.verify(SignLabel::notice, key.public_key(), bytes, Signature(raw)));
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes altered = bytes;
        altered[i] ^= 1U;
        CHECK_FALSE(verifier.verify(SignLabel::notice, key.public_key(), altered, signature));
    }
    CHECK_FALSE(verifier.verify(
        SignLabel::notice, key.public_key(), staffroom::ByteView(bytes).first(3), signature
    ));
}

TEST_CASE("signature: another key does not verify it", "[signature]") {
    const SigningKey key = key_from_seed(4);
    const SigningKey stranger = key_from_seed(5);
    SodiumVerifier verifier;
    const Bytes bytes{1};

    const auto signature = key.sign(SignLabel::head, bytes);

    CHECK_FALSE(verifier.verify(SignLabel::head, stranger.public_key(), bytes, signature));
}

TEST_CASE("signature: a copied key signs alike", "[signature]") {
    const SigningKey key = key_from_seed(6);
    const SigningKey copy = key.copy();
    const Bytes bytes{1, 2};

    CHECK(copy.public_key() == key.public_key());
    CHECK(copy.sign(SignLabel::head, bytes) == key.sign(SignLabel::head, bytes));
}
