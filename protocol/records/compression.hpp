// How the bytes of a body become smaller and the same again, by codec [L5]: zstd, with the
// dictionary that every node has. Not here: what a body is (records/body). Called by records/body.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

#include <optional>

namespace staffroom::records {

/// How a body stands on disk and wire. Stored: never renumber.
enum class BodyCodec : std::uint32_t { plain = 0, zstd = 1, zstd_dictionary_1 = 2 };

/// One zstd frame (RFC 8878) that needs dictionary 1; nothing where that is not smaller.
[[nodiscard]] std::optional<Bytes> compress(ByteView plain);

/// Exactly `plain_length` bytes, or an error: the buffer never grows beyond them, whatever a frame
/// claims. Errors: unknown_value (codec), corrupt.
[[nodiscard]] Result<Bytes>
decompress(std::uint64_t codec, ByteView encoded, std::size_t plain_length);

/// The first bytes of the same, at most `count_max`: for whoever wants only the beginning. What
/// comes behind them is not checked. Errors: as decompress.
[[nodiscard]] Result<Bytes>
decompress_beginning(std::uint64_t codec, ByteView encoded, std::size_t count_max);

} // namespace staffroom::records
