// Ed25519 against the published vectors: RFC 8032, the disputed signatures of two collections, and
// Wycheproof.
#include "protocol/crypto/signature.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using staffroom::ByteView;
using staffroom::Signature;
using staffroom::SigningPublicKey;
using staffroom::crypto::Secret32;
namespace tests = staffroom::tests;

namespace {

/// Whether we accept; a key or signature of another length cannot even be named.
bool accepts(ByteView key, ByteView message, ByteView signature) {
    const auto public_key = SigningPublicKey::from(key);
    const auto fixed = Signature::from(signature);
    return public_key && fixed && staffroom::crypto::verify_raw(*public_key, message, *fixed);
}

} // namespace

TEST_CASE(
    "ed25519: keys and signatures are those of RFC 8032, and a changed bit is refused",
    "[ed25519-rfc8032]"
) {
    const auto vectors = tests::load_vectors("ed25519-rfc8032.json");
    std::size_t run = 0;
    for (const auto& vector : vectors.as_array()) {
        INFO(tests::text_field(vector, "name"));
        const auto secret = Secret32::from(tests::hex_field(vector, "secret"));
        const auto public_key = SigningPublicKey::from(tests::hex_field(vector, "public"));
        auto signature = tests::hex_field(vector, "signature");
        auto message = tests::hex_field(vector, "message");
        REQUIRE(secret);
        REQUIRE(public_key);

        CHECK(staffroom::crypto::public_key_of(*secret) == *public_key);
        const auto made = staffroom::crypto::sign_raw(*secret, message);
        CHECK(staffroom::to_bytes(made.view()) == signature);
        CHECK(accepts(public_key->view(), message, signature));

        message.push_back(0);
        CHECK_FALSE(accepts(public_key->view(), message, signature));
        message.pop_back();
        signature[40] ^= 1U;
        CHECK_FALSE(accepts(public_key->view(), message, signature));
        ++run;
    }
    REQUIRE(run == vectors.as_array().size());
    REQUIRE(run > 0);
}

TEST_CASE(
    "ed25519: disputed signatures are decided as libsodium 1.0.18 decides them",
    "[ed25519-speccheck]"
) {
    const auto vectors = tests::load_vectors("ed25519-speccheck.json");
    std::size_t run = 0;
    for (const auto& vector : vectors.as_array()) {
        INFO("case " << vector.at("case").as_int64());
        const auto key = tests::hex_field(vector, "pub_key");
        const auto message = tests::hex_field(vector, "message");
        const auto signature = tests::hex_field(vector, "signature");

        CHECK(
            accepts(key, message, signature) == vector.at("accepted_by_libsodium_1_0_18").as_bool()
        );
        ++run;
    }
    REQUIRE(run == vectors.as_array().size());
    REQUIRE(run > 0);
}

TEST_CASE(
    "ed25519: point edge cases are decided as libsodium 1.0.18 decides them", "[ed25519-cctv]"
) {
    const auto vectors = tests::load_vectors("ed25519-cctv.json");
    std::size_t run = 0;
    std::size_t accepted = 0;
    for (const auto& vector : vectors.as_array()) {
        INFO("number " << vector.at("number").as_int64());
        const auto key = tests::hex_field(vector, "key");
        const auto message = tests::text_field(vector, "msg");
        const auto signature = tests::hex_field(vector, "sig");

        const bool is_accepted = accepts(key, staffroom::as_view(message), signature);
        CHECK(is_accepted == vector.at("accepted_by_libsodium_1_0_18").as_bool());
        accepted += is_accepted ? 1 : 0;
        ++run;
    }
    REQUIRE(run == vectors.as_array().size());
    REQUIRE(accepted > 0);
    REQUIRE(accepted < run);
}

TEST_CASE(
    "ed25519: every signature of Wycheproof is accepted or refused as stated",
    "[wycheproof-ed25519]"
) {
    const auto vectors = tests::load_vectors("wycheproof-ed25519.json");
    std::int64_t run = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        const auto key = tests::hex_field(group.at("publicKey"), "pk");
        for (const auto& vector : group.at("tests").as_array()) {
            INFO("tcId " << vector.at("tcId").as_int64());
            const auto message = tests::hex_field(vector, "msg");
            const auto signature = tests::hex_field(vector, "sig");
            const bool is_valid = tests::text_field(vector, "result") == "valid";

            CHECK(accepts(key, message, signature) == is_valid);
            ++run;
        }
    }
    REQUIRE(run == vectors.at("numberOfTests").as_int64());
}
