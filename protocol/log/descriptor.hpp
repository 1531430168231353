// The descriptor of a log: one school's entries of one space and channel, made with one node key in
// one incarnation. [L1]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"

namespace staffroom::log {

/// Stored: never renumber.
enum class Channel : std::uint8_t { governance = 1, records = 2 };

/// Reads the number of a channel. Errors: unknown_value.
[[nodiscard]] Result<Channel> parse_channel(std::uint64_t raw);

struct LogDescriptor {
    SpaceId space;
    Channel channel;
    SchoolId school;
    SigningPublicKey node_key;
    Incarnation incarnation;
    friend auto operator<=>(const LogDescriptor&, const LogDescriptor&) = default;
};

/// The part [0, size) of a log, as somebody holds it who says how far the log counts.
struct LogPin {
    LogId log;
    LogSize size;
    TreeHash root;
    friend bool operator==(const LogPin&, const LogPin&) = default;
};

/// space ‖ channel (1 byte) ‖ school ‖ node key ‖ incarnation: 113 bytes, hashed to the log's id
/// and stored as is.
inline constexpr std::size_t descriptor_bytes = 32 + 1 + 32 + 32 + 16;
[[nodiscard]] Bytes encode_descriptor(const LogDescriptor& descriptor);
/// Decodes the 113 bytes of a descriptor. Errors: malformed, unknown_value.
[[nodiscard]] Result<LogDescriptor> decode_descriptor(ByteView bytes);

[[nodiscard]] LogId log_id(const LogDescriptor& descriptor);

/// Returns the space in which a school keeps what never leaves it (drafts, reach school).
[[nodiscard]] SpaceId school_space(const SchoolId& school);
[[nodiscard]] inline SpaceId space_of(const NetworkId& network) {
    return SpaceId(network.raw());
}

} // namespace staffroom::log
