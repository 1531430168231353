#include "tests/simulation/caller.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"
#include "protocol/replica/link.hpp"
#include "protocol/wire/codec_link.hpp"

namespace staffroom::simulation {

LinkId Caller::call(std::size_t school, const crypto::Secret32& transport_secret) {
    const LinkId link = world_.dial_as_guest(index_, world_.school(school).address);
    talks_.emplace(link, Talk{school, transport_secret.copy()});
    return link;
}

void Caller::opened(LinkId link) {
    Talk& talk = talks_.at(link);
    const auto remote =
        channel::TransportKeyPair::from_secret(world_.school(talk.school).transport_secret);
    channel::HandshakeConfig config;
    config.pattern = "XK";
    config.role = channel::Role::initiator;
    config.prologue = to_bytes(as_view("staffroom/1"));
    config.own_static = channel::TransportKeyPair::from_secret(talk.secret);
    config.remote_static = remote.public_key;
    auto handshake = channel::Handshake::start(std::move(config));
    ensure(handshake.has_value());
    const auto message = handshake->write({}, random_);
    ensure(message.has_value());
    talk.handshake = std::move(*handshake);
    send_frame(
        link, channel::make_first_frame(channel::first_frame_key(remote.public_key), *message)
    );
}

void Caller::closed(LinkId link) {
    talks_.erase(link);
    open_.erase(link);
}

void Caller::send_frame(LinkId link, ByteView frame) {
    Bytes bytes;
    append_u16_be(bytes, static_cast<std::uint16_t>(frame.size()));
    append(bytes, frame);
    world_.send_as_guest(index_, link, std::move(bytes));
}

void Caller::arrived(LinkId link, ByteView bytes) {
    append(talks_.at(link).frames, bytes);
    while (true) {
        const auto talk = talks_.find(link);
        if (talk == talks_.end() || talk->second.frames.size() < 2)
            return;
        Bytes& frames = talk->second.frames;
        const std::size_t length = read_u16_be(frames);
        if (frames.size() < 2 + length)
            return;
        const Bytes frame = to_bytes(ByteView(frames).subspan(2, length));
        frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(2 + length));
        take_frame(link, talk->second, frame);
    }
}

void Caller::take_frame(LinkId link, Talk& talk, ByteView frame) {
    if (!talk.transport) {
        const auto read = talk.handshake->read(frame);
        ensure(read.has_value());
        const auto message = talk.handshake->write({}, random_);
        ensure(message.has_value() && talk.handshake->is_settled());
        send_frame(link, *message);
        talk.hash = talk.handshake->handshake_hash();
        talk.transport.emplace(talk.handshake->split());
        open_.insert(link);
        if (on_open)
            on_open(link);
        return;
    }
    const auto opened = talk.transport->open(frame, talk.plain);
    ensure(opened.has_value());
    while (talk.plain.size() >= 4) {
        const std::size_t length = read_u32_be(talk.plain);
        if (talk.plain.size() < 4 + length)
            return;
        const auto message = wire::decode_message(ByteView(talk.plain).subspan(4, length));
        talk.plain.erase(
            talk.plain.begin(), talk.plain.begin() + static_cast<std::ptrdiff_t>(4 + length)
        );
        ensure(message.has_value());
        heard_.push_back(*message);
        if (on_message)
            on_message(link, *message);
    }
}

void Caller::say(LinkId link, const wire::Message& message) {
    const Bytes encoded = wire::encode_message(message);
    Bytes plain;
    append_u32_be(plain, static_cast<std::uint32_t>(encoded.size()));
    append(plain, encoded);
    say_plain(link, plain);
}

void Caller::say_plain(LinkId link, ByteView plain) {
    Talk& talk = talks_.at(link);
    Bytes bytes;
    for (std::size_t at = 0; at < plain.size(); at += limits::frame_plain_bytes_max) {
        const std::size_t length = std::min(limits::frame_plain_bytes_max, plain.size() - at);
        append_u16_be(bytes, static_cast<std::uint16_t>(length + limits::aead_tag_bytes));
        talk.transport->seal(plain.subspan(at, length), bytes);
    }
    world_.send_as_guest(index_, link, std::move(bytes));
}

wire::Token Caller::token(LinkId link, const crypto::Secret32& network_seed) const {
    return replica::space_token(*talks_.at(link).hash, network_seed);
}

} // namespace staffroom::simulation
