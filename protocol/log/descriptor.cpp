#include "protocol/log/descriptor.hpp"

#include "protocol/crypto/hash.hpp"

namespace staffroom::log {

Result<Channel> parse_channel(std::uint64_t raw) {
    switch (raw) {
    case 1: return Channel::governance;
    case 2: return Channel::records;
    default: return fail(Errc::unknown_value, "channel");
    }
}

Bytes encode_descriptor(const LogDescriptor& descriptor) {
    Bytes out;
    out.reserve(descriptor_bytes);
    append(out, descriptor.space.view());
    out.push_back(static_cast<std::uint8_t>(descriptor.channel));
    append(out, descriptor.school.view());
    append(out, descriptor.node_key.view());
    append(out, descriptor.incarnation.view());
    return out;
}

Result<LogDescriptor> decode_descriptor(ByteView bytes) {
    if (bytes.size() != descriptor_bytes)
        return fail(Errc::malformed, "log descriptor");
    auto channel = parse_channel(bytes[32]);
    if (!channel)
        return fail(channel.error());
    return LogDescriptor{
        .space = *SpaceId::from(bytes.subspan(0, 32)),
        .channel = *channel,
        .school = *SchoolId::from(bytes.subspan(33, 32)),
        .node_key = *SigningPublicKey::from(bytes.subspan(65, 32)),
        .incarnation = *Incarnation::from(bytes.subspan(97, 16)),
    };
}

LogId log_id(const LogDescriptor& descriptor) {
    return crypto::hash_as<LogId>(crypto::HashLabel::log, encode_descriptor(descriptor));
}

SpaceId school_space(const SchoolId& school) {
    return crypto::hash_as<SpaceId>(crypto::HashLabel::school_space, school.view());
}

} // namespace staffroom::log
