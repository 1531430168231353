#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::TransportPublicKey;
using staffroom::tests::SeededRandom;
namespace channel = staffroom::channel;
namespace limits = staffroom::limits;

namespace {

channel::Psk secret_from(SeededRandom& random) {
    channel::Psk secret;
    random.fill(secret.writable());
    return secret;
}

Bytes first_message(channel::HandshakeConfig config, SeededRandom& random) {
    auto handshake = channel::Handshake::start(std::move(config));
    REQUIRE(handshake);
    auto message = handshake->write({}, random);
    REQUIRE(message);
    return *message;
}

Bytes sample_frame(const channel::FirstFrameKey& key) {
    return channel::make_first_frame(key, Bytes(limits::first_frame_bytes - 16, 3));
}

} // namespace

TEST_CASE("first frame: XK and XXpsk0 make frames of one length", "[first_frame]") {
    SeededRandom random(1);
    const auto own = channel::TransportKeyPair::from_secret(secret_from(random));
    const auto responder = channel::TransportKeyPair::from_secret(secret_from(random));
    const auto psk = secret_from(random);
    channel::HandshakeConfig known{
        .pattern = "XK",
        .role = channel::Role::initiator,
        .prologue = {},
        .own_static = own.copy(),
        .remote_static = responder.public_key,
        .psks = {},
    };
    channel::HandshakeConfig meeting{
        .pattern = "XXpsk0",
        .role = channel::Role::initiator,
        .prologue = {},
        .own_static = own.copy(),
        .remote_static = std::nullopt,
        .psks = {},
    };
    meeting.psks.push_back(psk.copy());

    const Bytes xk = channel::make_first_frame(
        channel::first_frame_key(responder.public_key), first_message(std::move(known), random)
    );
    const Bytes xx = channel::make_first_frame(
        channel::first_frame_key(psk), first_message(std::move(meeting), random)
    );

    CHECK(xk.size() == limits::first_frame_bytes);
    CHECK(xx.size() == limits::first_frame_bytes);
    CHECK(channel::matches(channel::first_frame_key(responder.public_key), xk));
    CHECK(channel::matches(channel::first_frame_key(psk), xx));
    CHECK_FALSE(channel::matches(channel::first_frame_key(psk), xk));
    CHECK_FALSE(channel::matches(channel::first_frame_key(responder.public_key), xx));
}

TEST_CASE("first frame: the message inside comes back", "[first_frame]") {
    SeededRandom random(2);
    const auto key = channel::first_frame_key(secret_from(random));
    const Bytes message(48, 9);

    const Bytes frame = channel::make_first_frame(key, message);

    CHECK(staffroom::to_bytes(channel::message1_of(frame)) == message);
}

TEST_CASE("first frame: every altered byte and other length is refused", "[first_frame]") {
    SeededRandom random(3);
    const auto key = channel::first_frame_key(secret_from(random));
    const Bytes frame = sample_frame(key);
    REQUIRE(channel::matches(key, frame));

    for (std::size_t i = 0; i < frame.size(); ++i) {
        Bytes altered = frame;
        altered[i] ^= 0x20U;
        CHECK_FALSE(channel::matches(key, altered));
    }
    for (std::size_t length = 0; length < frame.size(); ++length)
        CHECK_FALSE(channel::matches(key, ByteView(frame).first(length)));
    // Its mac1 is right, only its length is not that of a first frame.
    CHECK_FALSE(channel::matches(key, channel::make_first_frame(key, Bytes(49, 3))));
    CHECK_FALSE(channel::matches(key, channel::make_first_frame(key, Bytes(47, 3))));
}

TEST_CASE(
    "first frame: another key does not match, nor does a psk of the same bytes", "[first_frame]"
) {
    SeededRandom random(4);
    const auto psk = secret_from(random);
    const auto same_bytes = TransportPublicKey::from(psk.view());
    REQUIRE(same_bytes);
    const Bytes frame = sample_frame(channel::first_frame_key(psk));

    CHECK(channel::matches(channel::first_frame_key(psk), frame));
    CHECK(channel::matches(channel::first_frame_key(psk).copy(), frame));
    CHECK_FALSE(channel::matches(channel::first_frame_key(secret_from(random)), frame));
    CHECK_FALSE(channel::matches(channel::first_frame_key(*same_bytes), frame));
}
