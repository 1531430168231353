// The content hash of an attached file: what a record names, and what pieces are checked against
// while a file streams. Called where files are described and, later, where they are fetched. [R6]
#pragma once

#include "protocol/base/ids.hpp"

namespace staffroom::records {

inline constexpr std::size_t attachment_piece_bytes = std::size_t{64} * 1024;

/// H[attachment](size ‖ root) with the root of the tree (RFC 9162 shape, BLAKE2b-256) over pieces
/// of 64 KiB, the last one shorter. An empty file has the empty tree's root.
[[nodiscard]] Digest attachment_hash(ByteView content);

} // namespace staffroom::records
