// A school that comes back and whoever answers it: the caller's side of the talk that brings the
// chain, with an answerer who knows the code and says what the input likes.
#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/recovery/chain_request.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/fuzz/test_keys.hpp"
#include "tests/support/seeded_random.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

using channel::Handshake;
using channel::TransportKeyPair;
using recovery::ChainRequest;

crypto::Secret32 talk_secret(std::uint8_t byte) {
    crypto::Secret32 secret;
    std::ranges::fill(secret.writable(), byte);
    return secret;
}

TransportKeyPair answerer_keys() {
    return TransportKeyPair::from_secret(talk_secret(2));
}

Bytes framed(ByteView frame) {
    Bytes out;
    append_u16_be(out, static_cast<std::uint16_t>(frame.size()));
    append(out, frame);
    return out;
}

ChainRequest make_request(Random& random) {
    std::vector<crypto::SigningKey> roots;
    roots.push_back(test_key(0).copy());
    roots.push_back(test_key(1).copy());
    auto request = ChainRequest::start(
        talk_secret(1), TransportKeyPair::from_secret(talk_secret(3)), std::move(roots), random
    );
    ensure(request.has_value());
    return std::move(*request);
}

/// Whoever answers, up to the point where messages are sealed.
channel::Transport answer(ChainRequest& request, Random& random) {
    channel::HandshakeConfig config;
    config.pattern = "XXpsk0";
    config.role = channel::Role::responder;
    config.prologue = channel::link_prologue();
    config.own_static = answerer_keys();
    config.psks.push_back(talk_secret(1));
    auto handshake = Handshake::start(std::move(config));
    ensure(handshake.has_value());
    const Bytes first = request.take_output();
    ensure(handshake->read(channel::message1_of(ByteView(first).subspan(2))).has_value());
    const auto second = handshake->write({}, random);
    ensure(second.has_value() && request.feed(framed(*second)).has_value());
    ensure(handshake->read(ByteView(request.take_output()).subspan(2)).has_value());
    return handshake->split();
}

/// The first byte decides whether the answerer knows the code; each piece is a message, sealed and
/// brought in two parts, or bytes as they are.
void chain_request(ByteView input) {
    tests::SeededRandom random(5);
    ChainRequest request = make_request(random);
    InputReader in(input);
    if (in.u8() % 2 == 1) {
        while (!in.is_empty() && request.feed(in.piece())) {
        }
        ensure(!request.found());
        return;
    }
    channel::Transport transport = answer(request, random);
    bool is_well = true;
    while (is_well && !in.is_empty()) {
        const ByteView message = in.piece();
        Bytes plain;
        append_u32_be(plain, static_cast<std::uint32_t>(message.size()));
        append(plain, message);
        const std::size_t half = std::min(plain.size(), limits::frame_plain_bytes_max) / 2;
        Bytes sealed;
        transport.seal(ByteView(plain).first(half), sealed);
        is_well = request.feed(framed(sealed)).has_value();
        sealed.clear();
        const ByteView rest = ByteView(plain).subspan(half);
        transport.seal(rest.first(std::min(rest.size(), limits::frame_plain_bytes_max)), sealed);
        is_well = is_well && request.feed(framed(sealed)).has_value();
    }
    if (!request.found())
        return;
    crypto::SodiumVerifier verifier;
    const auto chain = identity::IdentityChain::parse(request.found()->chain, verifier);
    ensure(chain.has_value() && request.found()->root < 2);
    ensure(chain->is_led_by(test_key(static_cast<unsigned>(request.found()->root)).public_key()));
}

std::vector<Bytes> chain_request_seeds() {
    tests::SeededRandom random(6);
    const auto found_by = [&](unsigned root, const TransportPublicKey& transport) {
        return identity::found_school(
            test_key(root),
            test_key(root + 1).public_key(),
            {test_key(7).public_key(),
             transport,
             random.make<EncryptionPublicKey>(),
             random.make<identity::CertificateId>()},
            WallTime{7},
            random
        );
    };
    const auto answerer = found_by(4, answerer_keys().public_key);
    const auto lost = found_by(0, random.make<TransportPublicKey>());
    const auto stranger = found_by(5, random.make<TransportPublicKey>());
    const auto genesis = network::make_genesis("Forest", "talk", "Be kind.", lost.school, random);
    ensure(genesis.has_value());
    const wire::InviteOffer open{wire::InviteStatus::open, *genesis, answerer.wire};
    const auto talk = [](const std::vector<wire::Message>& messages) {
        Bytes input{0};
        for (const wire::Message& message : messages)
            append_piece(input, wire::encode_message(message));
        return input;
    };
    return {
        talk({open, wire::ChainFound{lost.wire, "Oakdene Primary", true}}),
        talk({open, wire::ChainFound{{}, "", false}, wire::ChainFound{{}, "", false}}),
        talk({open, wire::ChainFound{stranger.wire, "Elm", false}}),
        talk({wire::InviteOffer{wire::InviteStatus::spent, {}, answerer.wire}}),
        talk({wire::ChainFound{lost.wire, "Too early", false}}),
        {1, 0, 4, 0, 2, 1, 1}};
}

} // namespace

Targets recovery_targets() {
    return {{"chain_request", chain_request, chain_request_seeds, nullptr, 200}};
}

} // namespace staffroom::fuzz
