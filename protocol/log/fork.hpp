// Evidence that one log has two histories. An author could show one history to some schools and
// another to the rest. The evidence holds two heads of the log, the first position where they
// differ, and the hashes from which anyone can recompute both roots, offline, without either log.
// Not here: signatures and log ids. The caller verifies the two heads, checks that they name one
// log, and fills in their sizes and roots (fork_proof). Called by replication, by audit and for
// evidence by gossip. [L3]
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/log/tree_hash.hpp"

namespace staffroom::log {

/// One of the two histories: the claim of its signed head, and the hashes of what follows the
/// shared part.
struct ForkSide {
    LogSize size;
    TreeHash root;
    TreeHash leaf;      // at the position of the evidence
    CompactRange right; // [position + 1, size)
};

/// The whole evidence. Its three ranges have at most 4 * (levels - 1) hashes: 50 for two logs of a
/// million entries that part at position 0, 76 for the worst size below 2^20, which with both heads
/// is 2.8 KiB.
struct ForkEvidence {
    Position position;
    CompactRange shared; // [0, position)
    ForkSide a;
    ForkSide b;
};

/// One history as somebody holds it: its size, and its tree nodes.
struct History {
    LogSize size;
    NodeReader reader;
};

/// Recomputes both roots from the shared range, the leaf and the right range. Errors: out_of_range
/// when position >= either size; bad_proof when the leaves are equal, a range is not the one that
/// its place demands, or a root does not follow. O(log size).
[[nodiscard]] Result<void> check_fork(const ForkEvidence& evidence);

/// Finds the first position where the histories differ and collects the evidence. Its roots are
/// those of the tree nodes; compare them with the signed heads. Errors: not_found when one history
/// is a prefix of the other, corrupt when the tree nodes contradict each other, and the readers'.
/// O(log size) reads.
[[nodiscard]] Result<ForkEvidence> make_fork(const History& a, const History& b);

} // namespace staffroom::log
