// Messages of a link to bytes and back: one byte of type, then protobuf. Not signed, so not strict,
// but bounded: every list and length is checked against base/limits before it is kept. [W3]
#pragma once

#include "protocol/wire/messages.hpp"

namespace staffroom::wire {

[[nodiscard]] Bytes encode_message(const Message& message);
/// Errors: truncated, too_large, malformed, unknown_value (a type that this version does not know).
[[nodiscard]] Result<Message> decode_message(ByteView bytes);

/// A chunk straight from what storage loaded, without another copy of its bodies.
struct ChunkParts {
    std::uint32_t stream;
    const LogId& log;
    Position begin;
    std::span<const log::StoredEntry> entries;
    std::span<const TreeHash> range;
    const log::SignedHead* head; // may be null
};
[[nodiscard]] Bytes encode_chunk(const ChunkParts& parts);

/// Messages from this type on, if unknown, are passed over; lower ones end the link. [W3]
inline constexpr std::uint8_t ignorable_message_from = 128;

/// Bytes from outside must not write lines into this process's trace. Once, at the start.
void keep_protobuf_quiet();

} // namespace staffroom::wire
