// Both ciphers against Wycheproof.
#include "protocol/crypto/aead.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::Errc;
using staffroom::crypto::Secret32;
namespace tests = staffroom::tests;

namespace {

/// One test: what is valid is sealed to the same bytes and opens; what is not does not open, or has
/// a nonce that our type cannot hold.
template <class Nonce> void check(const boost::json::value& vector) {
    const auto key = Secret32::from(tests::hex_field(vector, "key"));
    const auto nonce = Nonce::from(tests::hex_field(vector, "iv"));
    const auto associated = tests::hex_field(vector, "aad");
    const auto plain = tests::hex_field(vector, "msg");
    auto sealed = tests::hex_field(vector, "ct");
    staffroom::append(sealed, tests::hex_field(vector, "tag"));
    const bool is_valid = tests::text_field(vector, "result") == "valid";
    REQUIRE(key);
    if (!nonce) {
        CHECK_FALSE(is_valid);
        return;
    }

    Bytes opened;
    const auto outcome = staffroom::crypto::open(*key, *nonce, {associated}, sealed, opened);
    CHECK(outcome.has_value() == is_valid);
    if (!is_valid) {
        CHECK(outcome.error().code == Errc::decrypt_failed);
        CHECK(opened.empty());
        return;
    }
    CHECK(opened == plain);
    Bytes made;
    staffroom::crypto::seal(*key, *nonce, {associated}, plain, made);
    CHECK(made == sealed);
}

template <class Nonce> void check_file(std::string_view file) {
    const auto vectors = tests::load_vectors(file);
    std::int64_t run = 0;
    for (const auto& group : vectors.at("testGroups").as_array()) {
        for (const auto& vector : group.at("tests").as_array()) {
            INFO("tcId " << vector.at("tcId").as_int64());
            check<Nonce>(vector);
            ++run;
        }
    }
    REQUIRE(run == vectors.at("numberOfTests").as_int64());
}

} // namespace

TEST_CASE(
    "aead: ChaCha20-Poly1305 seals and opens as Wycheproof states", "[wycheproof-chacha20-poly1305]"
) {
    check_file<staffroom::crypto::CounterNonce>("wycheproof-chacha20-poly1305.json");
}

TEST_CASE(
    "aead: XChaCha20-Poly1305 seals and opens as Wycheproof states",
    "[wycheproof-xchacha20-poly1305]"
) {
    check_file<staffroom::crypto::RandomNonce>("wycheproof-xchacha20-poly1305.json");
}
