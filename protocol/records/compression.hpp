// Compression of bodies by codec [L5]: zstd, with the dictionary that every node has. Not here:
// what a body is (records/body). Called by records/body.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

#include <optional>

namespace staffroom::records {

/// The codec of a body on disk and wire. Stored: never renumber.
enum class BodyCodec : std::uint32_t { plain = 0, zstd = 1, zstd_dictionary_1 = 2 };

/// Compresses into one zstd frame (RFC 8878) that needs dictionary 1; returns nothing where that is
/// not smaller.
[[nodiscard]] std::optional<Bytes> compress(ByteView plain);

/// Decompresses to exactly `plain_length` bytes, or fails. A frame from outside may claim any size,
/// so the buffer never grows beyond these bytes. Errors: unknown_value (codec), corrupt.
[[nodiscard]] Result<Bytes>
decompress(std::uint64_t codec, ByteView encoded, std::size_t plain_length);

/// Decompresses only the first bytes, at most `count_max`, for callers that want only the
/// beginning. Does not check what comes behind them. Errors: as decompress.
[[nodiscard]] Result<Bytes>
decompress_beginning(std::uint64_t codec, ByteView encoded, std::size_t count_max);

} // namespace staffroom::records
