#include "tests/simulation/liars/guest_line.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/channel/first_frame.hpp"

namespace staffroom::simulation {
namespace {

/// What stands behind a length of `width` bytes at the beginning of `bytes`, taken out of it.
std::optional<Bytes> take_whole(Bytes& bytes, std::size_t width) {
    if (bytes.size() < width)
        return std::nullopt;
    const std::size_t length = width == 2 ? read_u16_be(bytes) : read_u32_be(bytes);
    if (bytes.size() < width + length)
        return std::nullopt;
    Bytes whole = to_bytes(ByteView(bytes).subspan(width, length));
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(width + length));
    return whole;
}

} // namespace

Bytes GuestLine::begin(World& world, const crypto::Secret32& own_secret, Random& random) {
    const auto remote =
        channel::TransportKeyPair::from_secret(world.school(school).transport_secret);
    channel::HandshakeConfig config;
    config.pattern = "XK";
    config.role = channel::Role::initiator;
    config.prologue = to_bytes(as_view("staffroom/1"));
    config.own_static = channel::TransportKeyPair::from_secret(own_secret);
    config.remote_static = remote.public_key;
    auto started = channel::Handshake::start(std::move(config));
    ensure(started.has_value());
    const auto message = started->write({}, random);
    ensure(message.has_value());
    handshake = std::move(*started);
    return channel::make_first_frame(channel::first_frame_key(remote.public_key), *message);
}

Bytes GuestLine::begin_with(
    const crypto::Secret32& psk, const crypto::Secret32& own_secret, Random& random
) {
    channel::HandshakeConfig config;
    config.pattern = "XXpsk0";
    config.role = channel::Role::initiator;
    config.prologue = to_bytes(as_view("staffroom/1"));
    config.own_static = channel::TransportKeyPair::from_secret(own_secret);
    config.psks.push_back(psk.copy());
    auto started = channel::Handshake::start(std::move(config));
    ensure(started.has_value());
    const auto message = started->write({}, random);
    ensure(message.has_value());
    handshake = std::move(*started);
    return channel::make_first_frame(channel::first_frame_key(psk), *message);
}

std::optional<Bytes> GuestLine::next_frame() {
    return take_whole(frames, 2);
}

std::optional<Bytes> GuestLine::next_message() {
    return take_whole(plain, 4);
}

Bytes GuestLine::sealed(ByteView words) {
    Bytes bytes;
    for (std::size_t at = 0; at < words.size(); at += limits::frame_plain_bytes_max) {
        const std::size_t length = std::min(limits::frame_plain_bytes_max, words.size() - at);
        append_u16_be(bytes, static_cast<std::uint16_t>(length + limits::aead_tag_bytes));
        transport->seal(words.subspan(at, length), bytes);
    }
    return bytes;
}

Bytes with_frame_length(ByteView frame) {
    Bytes bytes;
    append_u16_be(bytes, static_cast<std::uint16_t>(frame.size()));
    append(bytes, frame);
    return bytes;
}

Bytes with_message_length(ByteView message) {
    Bytes bytes;
    append_u32_be(bytes, static_cast<std::uint32_t>(message.size()));
    append(bytes, message);
    return bytes;
}

} // namespace staffroom::simulation
