#include "protocol/recovery/chain_request.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/wire/codec_link.hpp"

#include <algorithm>

namespace staffroom::recovery {
namespace {

constexpr std::size_t frame_prefix_bytes = 2;
constexpr std::size_t message_prefix_bytes = 4;

} // namespace

Result<ChainRequest> ChainRequest::start(
    const crypto::Secret32& psk,
    const channel::TransportKeyPair& own,
    std::vector<crypto::SigningKey> roots,
    Random& random
) {
    channel::HandshakeConfig config;
    config.pattern = "XXpsk0";
    config.role = channel::Role::initiator;
    config.prologue = channel::link_prologue();
    config.own_static = own.copy();
    config.psks.push_back(psk.copy());
    auto handshake = channel::Handshake::start(std::move(config));
    if (!handshake)
        return fail(handshake.error());
    auto first = handshake->write({}, random);
    if (!first)
        return fail(first.error());
    ChainRequest request(std::move(*handshake), std::move(roots), random);
    request.send_frame(channel::make_first_frame(channel::first_frame_key(psk), *first));
    return request;
}

Result<void> ChainRequest::feed(ByteView bytes) {
    append(frames_, bytes);
    ByteView rest = frames_;
    while (rest.size() >= frame_prefix_bytes) {
        const std::size_t length = read_u16_be(rest);
        const std::size_t length_max = transport_
                                           ? limits::frame_plain_bytes_max + limits::aead_tag_bytes
                                           : limits::handshake_frame_bytes_max;
        if (length > length_max)
            return fail(Errc::too_large, "frame");
        if (rest.size() < frame_prefix_bytes + length)
            break;
        if (auto taken = take_frame(rest.subspan(frame_prefix_bytes, length)); !taken)
            return taken;
        rest = rest.subspan(frame_prefix_bytes + length);
    }
    frames_ = to_bytes(rest);
    return take_messages();
}

Result<void> ChainRequest::take_frame(ByteView frame) {
    if (transport_)
        return transport_->open(frame, plain_);
    if (auto read = handshake_.read(frame); !read)
        return fail(read.error());
    auto third = handshake_.write({}, random_);
    if (!third)
        return fail(third.error());
    send_frame(*third);
    transport_ = handshake_.split();
    return {};
}

Result<void> ChainRequest::take_messages() {
    ByteView rest = plain_;
    while (rest.size() >= message_prefix_bytes) {
        const std::size_t length = read_u32_be(rest);
        if (length > limits::message_bytes_max)
            return fail(Errc::too_large, "message");
        if (rest.size() < message_prefix_bytes + length)
            break;
        const ByteView words = rest.subspan(message_prefix_bytes, length);
        rest = rest.subspan(message_prefix_bytes + length);
        auto message = wire::decode_message(words);
        if (!message && message.error().code == Errc::unknown_value && !words.empty() &&
            words.front() >= wire::ignorable_message_from)
            continue; // of a newer version
        if (!message)
            return fail(message.error());
        if (auto taken = take(*message); !taken)
            return taken;
    }
    plain_ = to_bytes(rest);
    return {};
}

Result<void> ChainRequest::take(const wire::Message& message) {
    if (const auto* offer = std::get_if<wire::InviteOffer>(&message))
        return offered(*offer);
    if (const auto* answer = std::get_if<wire::ChainFound>(&message))
        return answered(*answer);
    return {}; // it may say more than we asked
}

Result<void> ChainRequest::offered(const wire::InviteOffer& offer) {
    if (std::exchange(is_offered_, true))
        return fail(Errc::not_allowed, "a second offer");
    if (offer.status == wire::InviteStatus::spent)
        return fail(Errc::invitation_spent);
    if (offer.status == wire::InviteStatus::ended)
        return fail(Errc::invitation_ended);
    crypto::SodiumVerifier verifier;
    const auto genesis = network::parse_genesis(offer.genesis);
    if (!genesis)
        return fail(genesis.error());
    const auto chain = identity::IdentityChain::parse(offer.chain, verifier);
    if (!chain)
        return fail(chain.error());
    if (chain->find_transport(*handshake_.remote_static()) == nullptr)
        return fail(Errc::bad_key, "a chain that does not certify this link");
    network_name_ = genesis->name;
    const channel::HandshakeHash hash = handshake_.handshake_hash();
    for (const crypto::SigningKey& root : roots_)
        send(wire::ChainQuestion{
            root.public_key(), root.sign(crypto::SignLabel::recovery, hash.view())});
    return {};
}

Result<void> ChainRequest::answered(const wire::ChainFound& answer) {
    if (!is_offered_ || answers_ == roots_.size())
        return fail(Errc::not_allowed, "an answer that nobody asked for");
    const std::size_t place = answers_++;
    if (!answer.chain.empty() && !found_) {
        crypto::SodiumVerifier verifier;
        const auto chain = identity::IdentityChain::parse(answer.chain, verifier);
        if (!chain)
            return fail(chain.error());
        if (!chain->is_led_by(roots_[place].public_key()))
            return fail(Errc::bad_proof, "a chain of another school");
        found_ = FoundChain{answer.chain, answer.name, network_name_, place, answer.is_linked};
    }
    if (!found_ && answers_ == roots_.size())
        return fail(Errc::not_found, "no school there has this phrase");
    return {};
}

void ChainRequest::send_frame(ByteView frame) {
    append_u16_be(output_, static_cast<std::uint16_t>(frame.size()));
    append(output_, frame);
}

void ChainRequest::send(const wire::Message& message) {
    const Bytes encoded = wire::encode_message(message);
    Bytes plain;
    append_u32_be(plain, static_cast<std::uint32_t>(encoded.size()));
    append(plain, encoded);
    ByteView rest = plain;
    while (!rest.empty()) {
        const std::size_t length = std::min(limits::frame_plain_bytes_max, rest.size());
        Bytes sealed;
        transport_->seal(rest.first(length), sealed);
        send_frame(sealed);
        rest = rest.subspan(length);
    }
}

} // namespace staffroom::recovery
