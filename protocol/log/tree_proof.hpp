// Inclusion and consistency proofs, made and checked (RFC 9162 2.1.3, 2.1.4).
// A proof ties hashes to a root and nothing else: `size` and `root` must come from one signed head,
// since some neighbouring sizes share the shape of a path. Called by export, audit and the page's
// receipts; replication proves its chunks with compact ranges instead (tree_range).
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/log/tree_hash.hpp"

namespace staffroom::log {

using Proof = std::vector<TreeHash>;

struct OldSize {
    LogSize size;
};
struct NewSize {
    LogSize size;
};

/// Returns the hashes that prove `position` is in the first `size` entries, leaf to root. Errors:
/// out_of_range when position >= size, and the reader's. O(log size) reads. RFC 9162 2.1.3.1.
template <class H>
[[nodiscard]] Result<Proof>
inclusion_proof(Position position, LogSize size, const NodeReader& reader);

/// Checks an inclusion proof. Errors: out_of_range when position >= size, bad_proof. RFC 9162
/// 2.1.3.2.
template <class H>
[[nodiscard]] Result<void> check_inclusion(
    Position position,
    LogSize size,
    const TreeHash& leaf,
    std::span<const TreeHash> proof,
    const TreeHash& root
);

/// Checks inclusion proofs of one tree, one after the other. Entries that stand near each other
/// share most of their way to the root: what a proof has in common with the last one that held is
/// compared and not hashed again. Every outcome is that of check_inclusion, in whatever order
/// proofs come. Costs O(1) hashes a proof, in the mean, where positions follow each other.
template <class H> class InclusionChecker {
public:
    InclusionChecker(LogSize size, const TreeHash& root)
        : size_(size)
        , root_(root) {}

    /// Errors: as check_inclusion.
    [[nodiscard]] Result<void>
    check(Position position, const TreeHash& leaf, std::span<const TreeHash> proof);

private:
    /// Where a check stands before it takes the next hash of a proof. Two checks that stand at the
    /// same, with the same hashes to come, end alike.
    struct Step {
        std::uint64_t first;
        std::uint64_t last;
        TreeHash reached;
        friend bool operator==(const Step&, const Step&) = default;
    };

    [[nodiscard]] bool meets_held(const Step& step, std::span<const TreeHash> to_come) const;

    LogSize size_;
    TreeHash root_;
    std::vector<TreeHash> held_;   // the last proof that held
    std::vector<Step> held_steps_; // before each of its hashes
    std::vector<Step> steps_;      // of the one that is being checked
};

/// Returns the hashes that prove the log of `new_size` begins with the log of `old_size`; none when
/// they are equal. RFC 9162 2.1.4.1. Errors: out_of_range when old > new or old is 0 (a proof from
/// nothing proves nothing), and the reader's. O(log size) reads.
template <class H>
[[nodiscard]] Result<Proof>
consistency_proof(OldSize old_size, NewSize new_size, const NodeReader& reader);

/// Checks a consistency proof by RFC 9162 2.1.4.2; refuses one from size 0. Errors: out_of_range as
/// above, bad_proof.
template <class H>
[[nodiscard]] Result<void> check_consistency(
    OldSize old_size,
    NewSize new_size,
    const TreeHash& old_root,
    const TreeHash& new_root,
    std::span<const TreeHash> proof
);

} // namespace staffroom::log
