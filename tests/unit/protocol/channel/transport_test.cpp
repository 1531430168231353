#include "protocol/base/limits.hpp"
#include "protocol/channel/transport.hpp"
#include "protocol/crypto/aead.hpp"

#include <catch2/catch.hpp>

#include <limits>

using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::channel::CipherState;
using staffroom::channel::Transport;
using staffroom::crypto::Secret32;
namespace limits = staffroom::limits;

namespace {

CipherState cipher_of(std::uint8_t value) {
    return CipherState(*Secret32::from(Bytes(32, value)));
}

Transport left_side() {
    return {cipher_of(1), cipher_of(2)};
}
Transport right_side() {
    return {cipher_of(2), cipher_of(1)};
}

Bytes sealed_by(Transport& transport, ByteView plain) {
    Bytes sealed;
    transport.seal(plain, sealed);
    return sealed;
}

/// A cipher about to send or receive message number `counter`.
CipherState cipher_at(std::uint8_t value, std::uint64_t counter) {
    CipherState cipher = cipher_of(value);
    cipher.set_counter(counter);
    return cipher;
}

} // namespace

TEST_CASE("transport: messages open in order, in both directions", "[transport]") {
    Transport left = left_side();
    Transport right = right_side();
    for (std::uint8_t i = 0; i < 20; ++i) {
        const Bytes plain(i, i);
        Bytes opened;

        REQUIRE(right.open(sealed_by(left, plain), opened));
        CHECK(opened == plain);
        opened.clear();
        REQUIRE(left.open(sealed_by(right, plain), opened));
        CHECK(opened == plain);
    }
}

TEST_CASE("transport: the same words are sealed differently each time", "[transport]") {
    Transport left = left_side();
    const Bytes plain(10, 1);

    const Bytes first = sealed_by(left, plain);
    const Bytes second = sealed_by(left, plain);

    CHECK(first.size() == plain.size() + limits::aead_tag_bytes);
    CHECK(first != second);
}

TEST_CASE("transport: a repeated, skipped or reflected message does not open", "[transport]") {
    Transport left = left_side();
    const Bytes first = sealed_by(left, Bytes{1});
    const Bytes second = sealed_by(left, Bytes{2});
    Bytes opened;

    Transport repeated = right_side();
    REQUIRE(repeated.open(first, opened));
    CHECK_FALSE(repeated.open(first, opened));
    Transport skipped = right_side();
    CHECK_FALSE(skipped.open(second, opened));
    CHECK_FALSE(left.open(first, opened));
    CHECK(opened == Bytes{1});
}

TEST_CASE("transport: every altered byte and truncation ends it for good", "[transport]") {
    Transport left = left_side();
    const Bytes sealed = sealed_by(left, Bytes{1, 2, 3});
    const Bytes next = sealed_by(left, Bytes{4});
    Bytes opened;

    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Transport right = right_side();
        Bytes altered = sealed;
        altered[i] ^= 4U;
        const auto refused = right.open(altered, opened);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::decrypt_failed);
        CHECK_FALSE(right.open(sealed, opened));
        CHECK_FALSE(right.open(next, opened));
    }
    for (std::size_t length = 0; length < sealed.size(); ++length) {
        Transport right = right_side();
        const auto refused = right.open(ByteView(sealed).first(length), opened);
        REQUIRE_FALSE(refused);
        const bool holds_tag = length >= limits::aead_tag_bytes;
        CHECK(refused.error().code == (holds_tag ? Errc::decrypt_failed : Errc::truncated));
        CHECK_FALSE(right.open(sealed, opened));
    }
    CHECK(opened.empty());
}

TEST_CASE("transport: the longest message opens, a longer one never does", "[transport]") {
    Transport left = left_side();
    Transport right = right_side();
    const Bytes longest(limits::frame_plain_bytes_max, 9);
    Bytes opened;
    REQUIRE(right.open(sealed_by(left, longest), opened));
    CHECK(opened == longest);

    // Sealed past the limit by a neighbour that ignores it, otherwise in order.
    CipherState careless = cipher_at(1, 1);
    Bytes sealed;
    careless.encrypt({}, Bytes(limits::frame_plain_bytes_max + 1, 9), sealed);
    const auto refused = right.open(sealed, opened);

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::decrypt_failed);
    CHECK(opened == longest);
}

TEST_CASE("transport: both sides change keys after the same message", "[transport]") {
    constexpr std::uint64_t last = limits::rekey_messages - 1;
    Transport left(cipher_at(1, last - 1), cipher_at(2, 0));
    Transport right(cipher_at(2, 0), cipher_at(1, last - 1));
    CipherState without_rekey = cipher_at(1, last - 1);
    CipherState with_rekey = cipher_at(1, last + 1);
    with_rekey.rekey();
    const Bytes plain{1, 2};

    for (std::uint64_t number = last - 1; number <= last; ++number) {
        const Bytes sealed = sealed_by(left, plain);
        Bytes expected;
        without_rekey.encrypt({}, plain, expected);
        CHECK(sealed == expected);
        Bytes opened;
        REQUIRE(right.open(sealed, opened));
    }

    const Bytes sealed = sealed_by(left, plain);
    Bytes same_key;
    without_rekey.encrypt({}, plain, same_key);
    Bytes next_key;
    with_rekey.encrypt({}, plain, next_key);
    CHECK(sealed != same_key);
    CHECK(sealed == next_key);
    Bytes opened;
    REQUIRE(right.open(sealed, opened));
    CHECK(opened == plain);
    // The other direction has its own count and keeps its key.
    Bytes other;
    cipher_at(2, 0).encrypt({}, plain, other);
    CHECK(sealed_by(right, plain) == other);
}

TEST_CASE("transport: it carries on across two changes of keys", "[transport]") {
    Transport left = left_side();
    Transport right = right_side();
    std::size_t opened_count = 0;
    for (std::size_t i = 0; i < 2 * limits::rekey_messages + 3; ++i) {
        Bytes opened;
        const Bytes sealed = sealed_by(left, Bytes{7});
        opened_count += right.open(sealed, opened).has_value() && opened == Bytes{7} ? 1U : 0U;
    }
    CHECK(opened_count == 2 * limits::rekey_messages + 3);
}

TEST_CASE("cipher state: a failure does not move the counter", "[transport]") {
    CipherState sender = cipher_of(1);
    CipherState receiver = cipher_of(1);
    Bytes sealed;
    sender.encrypt(Bytes{5}, Bytes{6}, sealed);
    Bytes opened;

    CHECK_FALSE(receiver.decrypt(Bytes{4}, sealed, opened));
    CHECK_FALSE(receiver.decrypt(Bytes{5}, ByteView(sealed).first(3), opened));
    CHECK(receiver.counter() == 0);
    REQUIRE(receiver.decrypt(Bytes{5}, sealed, opened));
    CHECK(receiver.counter() == 1);
    CHECK(opened == Bytes{6});
}

TEST_CASE("cipher state: the next key is 32 zero bytes sealed at the last nonce", "[transport]") {
    staffroom::crypto::CounterNonce::Raw nonce{};
    std::fill(nonce.begin() + 4, nonce.end(), std::uint8_t{0xff});
    Bytes sealed;
    staffroom::crypto::seal(
        *Secret32::from(Bytes(32, 1)),
        staffroom::crypto::CounterNonce(nonce),
        {},
        Bytes(32, 0),
        sealed
    );
    CipherState expected(*Secret32::from(ByteView(sealed).first(32)));
    CipherState rekeyed = cipher_of(1);

    rekeyed.rekey();

    Bytes left;
    Bytes right;
    expected.encrypt({}, Bytes{1}, left);
    rekeyed.encrypt({}, Bytes{1}, right);
    CHECK(left == right);
}
