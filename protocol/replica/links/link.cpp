#include "protocol/replica/links/link.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/wire/codec_link.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

// Framing: [W1].
constexpr std::size_t frame_prefix_bytes = 2;
constexpr std::size_t message_prefix_bytes = 4;

void queue(Context& context, Link& link, Bytes bytes) {
    link.unsent_bytes += bytes.size();
    link.bytes_out += bytes.size();
    link.said_at = context.now;
    context.emit(SendBytes{link.id, std::make_shared<const Bytes>(std::move(bytes))});
}

/// Drops what has been read from the front; keeps the buffer's memory only while it is in use.
void drop_front(Bytes& buffer, std::size_t count) {
    const ByteView rest = ByteView(buffer).subspan(count);
    constexpr std::size_t worth_giving_back = 64 * limits::kib;
    if (rest.empty())
        Bytes().swap(buffer);
    else if (buffer.capacity() > worth_giving_back && rest.size() < buffer.capacity() / 4)
        buffer = to_bytes(rest);
    else
        buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
}

} // namespace

bool Link::may_know_us() const {
    const bool has_shown = std::any_of(spaces.begin(), spaces.end(), [](const auto& entry) {
        return entry.second.shown;
    });
    return dialled || school || has_shown || !std::holds_alternative<MemberMeeting>(meeting);
}

bool Link::may_hear_of(const LinkSpace& space) const {
    const auto is_this = [&](const std::optional<NetworkId>& network) {
        return network && log::space_of(*network) == space.id;
    };
    const auto* by_network = std::get_if<NetworkMeeting>(&meeting);
    const auto* by_code = std::get_if<InviteMeeting>(&meeting);
    return space.remote_is_member || space.shown || expected.count(space.id) > 0 ||
           (by_network != nullptr && is_this(by_network->network)) ||
           (by_code != nullptr && is_this(by_code->network));
}

LinkSpace* Link::space(const SpaceId& of) {
    const auto at = spaces.find(of);
    return at == spaces.end() ? nullptr : &at->second;
}

const LinkSpace* Link::space(const SpaceId& of) const {
    const auto at = spaces.find(of);
    return at == spaces.end() ? nullptr : &at->second;
}

LinkSpace* Link::space_by_token(const wire::Token& token) {
    const auto at = std::find_if(spaces.begin(), spaces.end(), [&](const auto& entry) {
        return entry.second.token == token;
    });
    return at == spaces.end() ? nullptr : &at->second;
}

void send_frame(Context& context, Link& link, ByteView frame) {
    Bytes bytes;
    bytes.reserve(frame_prefix_bytes + frame.size());
    append_u16_be(bytes, static_cast<std::uint16_t>(frame.size()));
    append(bytes, frame);
    queue(context, link, std::move(bytes));
}

void send_encoded(Context& context, Link& link, ByteView message) {
    if (!link.transport || link.closing)
        return;
    Bytes plain;
    plain.reserve(message_prefix_bytes + message.size());
    append_u32_be(plain, static_cast<std::uint32_t>(message.size()));
    append(plain, message);

    Bytes bytes;
    const std::size_t frames = plain.size() / limits::frame_plain_bytes_max + 1;
    bytes.reserve(plain.size() + frames * (frame_prefix_bytes + limits::aead_tag_bytes));
    for (std::size_t at = 0; at < plain.size(); at += limits::frame_plain_bytes_max) {
        const std::size_t length = std::min(limits::frame_plain_bytes_max, plain.size() - at);
        append_u16_be(bytes, static_cast<std::uint16_t>(length + limits::aead_tag_bytes));
        link.transport->seal(ByteView(plain).subspan(at, length), bytes);
    }
    queue(context, link, std::move(bytes));
}

void send_message(Context& context, Link& link, const wire::Message& message) {
    send_encoded(context, link, wire::encode_message(message));
}

Result<std::optional<Bytes>> take_frame(Link& link) {
    if (link.frames_in.size() < frame_prefix_bytes)
        return std::nullopt;
    const std::size_t length = read_u16_be(link.frames_in);
    const std::size_t length_max = link.phase == LinkPhase::open
                                       ? limits::frame_plain_bytes_max + limits::aead_tag_bytes
                                       : limits::handshake_frame_bytes_max;
    if (length > length_max)
        return fail(Errc::too_large, "frame");
    if (link.frames_in.size() < frame_prefix_bytes + length)
        return std::nullopt;
    Bytes frame = to_bytes(ByteView(link.frames_in).subspan(frame_prefix_bytes, length));
    drop_front(link.frames_in, frame_prefix_bytes + length);
    return frame;
}

Result<void> open_frame(Link& link, ByteView frame) {
    // Reserves the place of a long message at once: growing by doubling would cost up to twice as
    // much.
    if (link.plain_in.size() >= message_prefix_bytes) {
        const std::size_t length =
            std::min<std::size_t>(read_u32_be(link.plain_in), limits::message_bytes_max);
        link.plain_in.reserve(message_prefix_bytes + length + limits::frame_plain_bytes_max);
    }
    return link.transport->open(frame, link.plain_in);
}

Result<std::optional<Bytes>> take_message(Link& link) {
    if (link.plain_in.size() < message_prefix_bytes)
        return std::nullopt;
    const std::size_t length = read_u32_be(link.plain_in);
    if (length > limits::message_bytes_max)
        return fail(Errc::too_large, "message");
    if (link.plain_in.size() < message_prefix_bytes + length)
        return std::nullopt;
    Bytes message = to_bytes(ByteView(link.plain_in).subspan(message_prefix_bytes, length));
    drop_front(link.plain_in, message_prefix_bytes + length);
    return message;
}

wire::Token space_token(const channel::HandshakeHash& handshake, const crypto::Secret32& seed) {
    crypto::Hasher hasher(crypto::HashLabel::network_token, seed.view(), wire::Token::size_bytes);
    hasher.update(handshake.view());
    wire::Token::Raw raw{};
    hasher.finish_into(raw);
    return wire::Token(raw);
}

} // namespace staffroom::replica
