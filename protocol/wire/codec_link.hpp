// The codec of link messages: one byte of type, then protobuf. Messages are not signed, so not
// strict, but bounded: a neighbour could send lists without end, so every list and length is
// checked against base/limits before it is kept. [W3]
#pragma once

#include "protocol/wire/messages.hpp"

namespace staffroom::wire {

[[nodiscard]] Bytes encode_message(const Message& message);
/// Decodes a message. Errors: truncated, too_large, malformed, unknown_value (a type that this
/// version does not know).
[[nodiscard]] Result<Message> decode_message(ByteView bytes);

/// Tells between whom a message goes.
[[nodiscard]] Between travels_between(const Message& message);

/// The parts of a chunk straight from what storage loaded, without another copy of its bodies.
struct ChunkParts {
    std::uint32_t stream;
    const LogId& log;
    Position begin;
    std::span<const log::StoredEntry> entries;
    std::span<const TreeHash> range;
    const log::SignedHead* head; // may be null
};
[[nodiscard]] Bytes encode_chunk(const ChunkParts& parts);

/// The first type that is passed over if unknown; an unknown lower one ends the link. [W3]
inline constexpr std::uint8_t ignorable_message_from = 128;

/// Silences protobuf's own log: bytes from outside must not write lines into this process's trace.
/// Call it once, at the start.
void keep_protobuf_quiet();

} // namespace staffroom::wire
