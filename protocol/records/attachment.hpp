// The content hash of an attached file and the hashes of its pieces. A record names the content
// hash; pieces are checked against theirs while a file streams. Called where files are described,
// kept, served and fetched. Not here: the bytes on disk (storage/attachments/attachment_store).
// [R6]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/limits.hpp"

#include <memory>
#include <vector>

namespace staffroom::records {

/// The hashes of every piece of a file, in order.
using PieceHashes = std::vector<TreeHash>;
using SharedPieceHashes = std::shared_ptr<const PieceHashes>;

/// Hashes a file: H[attachment](size ‖ root) with the root of the tree (RFC 9162 shape,
/// BLAKE2b-256) over pieces of 64 KiB, the last one shorter. An empty file has the empty tree's
/// root.
[[nodiscard]] Digest attachment_hash(ByteView content);
/// Computes the same from the hashes of all pieces of a file of `size` bytes.
[[nodiscard]] Digest attachment_hash(std::uint64_t size, const PieceHashes& pieces);

[[nodiscard]] TreeHash piece_hash(ByteView piece);
/// Returns how many pieces a file of `size` bytes has.
[[nodiscard]] std::uint64_t piece_count(std::uint64_t size);
/// Returns the number of bytes of piece `index`, which must be below the count.
[[nodiscard]] std::size_t piece_length(std::uint64_t size, std::uint64_t index);

} // namespace staffroom::records
