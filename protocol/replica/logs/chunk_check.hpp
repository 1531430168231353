// The proof of a chunk against a head. A neighbour could send entries that nobody signed, so
// headers, bodies and roots are checked before anything is kept. Pure: log state in, entries to
// store out. [S5]
#pragma once

#include "protocol/replica/ports/store.hpp"
#include "protocol/wire/messages.hpp"

namespace staffroom::replica {

struct ChunkContext {
    const log::LogDescriptor& descriptor;
    const log::CompactRange& frontier; // [0, begin)
    const log::SignedHead& head;       // already verified
};

struct ProvenChunk {
    std::vector<NewEntry> entries;
    std::vector<log::TreeNode> nodes;
    log::CompactRange frontier; // [0, end)
    log::CompactRange right;    // [end, head.size)
    std::uint64_t documents = 0;
    std::vector<std::pair<Position, BodyState>> without_body;
    std::vector<Position> with_files; // their headers say that files belong to them
    std::uint64_t newer = 0;          // entries of a later version: kept and forwarded unread
};

/// Proves a chunk. Errors: out_of_range (does not follow, or ends beyond the head), too_large,
/// bad_proof (does not lead to the root), bad_commitment (a body or payload that is not the
/// header's), malformed (a header of another school, or that has no place in this channel), and
/// those of parse_header.
[[nodiscard]] Result<ProvenChunk>
prove_chunk(const ChunkContext& context, const wire::Chunk& chunk);

/// Checks that `body` is what the header committed to.
[[nodiscard]] Result<void> check_body(ByteView header, const log::BodyBytes& body);

} // namespace staffroom::replica
