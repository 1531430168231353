#include "protocol/crypto/aead.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::crypto::CounterNonce;
using staffroom::crypto::RandomNonce;
using staffroom::crypto::Secret32;
namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;

namespace {

const Bytes associated{9, 8, 7};

Secret32 key_of(std::uint8_t value) {
    return *Secret32::from(Bytes(32, value));
}

template <class Nonce> Nonce nonce_of(std::uint8_t value) {
    return *Nonce::from(Bytes(Nonce::size_bytes, value));
}

} // namespace

TEMPLATE_TEST_CASE(
    "aead: what is sealed opens, for every short length", "[aead]", CounterNonce, RandomNonce
) {
    const auto key = key_of(1);
    const auto nonce = nonce_of<TestType>(2);
    for (std::size_t length = 0; length < 130; ++length) {
        const Bytes plain(length, 5);

        Bytes sealed;
        crypto::seal(key, nonce, {associated}, plain, sealed);
        Bytes opened;
        REQUIRE(crypto::open(key, nonce, {associated}, sealed, opened));

        CHECK(sealed.size() == length + limits::aead_tag_bytes);
        CHECK(opened == plain);
    }
}

TEMPLATE_TEST_CASE(
    "aead: both append to what is there, and a failure leaves it as it was",
    "[aead]",
    CounterNonce,
    RandomNonce
) {
    const auto key = key_of(1);
    const auto nonce = nonce_of<TestType>(2);
    Bytes sealed{1, 1};
    crypto::seal(key, nonce, {}, Bytes{5}, sealed);
    CHECK(sealed.size() == 2 + 1 + limits::aead_tag_bytes);
    CHECK(sealed[0] == 1);

    Bytes opened{4};
    REQUIRE(crypto::open(key, nonce, {}, ByteView(sealed).subspan(2), opened));
    CHECK(opened == Bytes{4, 5});
    CHECK_FALSE(crypto::open(key, nonce, {}, sealed, opened));
    CHECK(opened == Bytes{4, 5});
}

TEMPLATE_TEST_CASE(
    "aead: every altered byte and every truncation is refused", "[aead]", CounterNonce, RandomNonce
) {
    const auto key = key_of(1);
    const auto nonce = nonce_of<TestType>(2);
    Bytes sealed;
    crypto::seal(key, nonce, {associated}, Bytes(20, 5), sealed);
    Bytes opened;

    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes altered = sealed;
        altered[i] ^= 0x80U;
        const auto outcome = crypto::open(key, nonce, {associated}, altered, opened);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().code == Errc::decrypt_failed);
    }
    for (std::size_t length = 0; length < sealed.size(); ++length) {
        const ByteView cut = ByteView(sealed).first(length);
        const auto outcome = crypto::open(key, nonce, {associated}, cut, opened);
        REQUIRE_FALSE(outcome);
        const bool holds_tag = length >= limits::aead_tag_bytes;
        CHECK(outcome.error().code == (holds_tag ? Errc::decrypt_failed : Errc::truncated));
    }
    CHECK(opened.empty());
}

TEMPLATE_TEST_CASE(
    "aead: another key, nonce or associated data does not open", "[aead]", CounterNonce, RandomNonce
) {
    const auto key = key_of(1);
    const auto nonce = nonce_of<TestType>(2);
    Bytes sealed;
    crypto::seal(key, nonce, {associated}, Bytes(20, 5), sealed);
    Bytes opened;

    CHECK_FALSE(crypto::open(key_of(3), nonce, {associated}, sealed, opened));
    CHECK_FALSE(crypto::open(key, nonce_of<TestType>(3), {associated}, sealed, opened));
    CHECK_FALSE(crypto::open(key, nonce, {}, sealed, opened));
    CHECK(crypto::open(key, nonce, {associated}, sealed, opened));
}
