// Hashes of a log's Merkle tree: leaf = H(0x00 ‖ header), inner = H(0x01 ‖ left ‖ right), the shape
// of RFC 9162. [L2] A template over the hash, so that the published SHA-256 vectors test the very
// code that runs on BLAKE2b. Not here: which subtrees exist (tree_shape), how ranges of them join
// (tree_range), what they prove (tree_proof). Called by those three and by the code that stores
// entries.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"

#include <functional>
#include <span>
#include <vector>

namespace staffroom::log {

/// BLAKE2b-256 without label, the hash of every log of ours.
struct Blake2b256 {
    [[nodiscard]] static TreeHash hash(std::uint8_t prefix, ByteView first, ByteView second);
    [[nodiscard]] static TreeHash hash_of_nothing();
};

/// SHA-256, the hash of Certificate Transparency, for the published vectors.
struct Sha256 {
    [[nodiscard]] static TreeHash hash(std::uint8_t prefix, ByteView first, ByteView second);
    [[nodiscard]] static TreeHash hash_of_nothing();
};

template <class H> [[nodiscard]] TreeHash leaf_hash(ByteView header) {
    return H::hash(0x00, header, {});
}
template <class H> [[nodiscard]] TreeHash inner_hash(const TreeHash& left, const TreeHash& right) {
    return H::hash(0x01, left.view(), right.view());
}
/// Returns the root of the empty tree: H of nothing (RFC 9162 2.1.1).
template <class H> [[nodiscard]] TreeHash empty_root() {
    return H::hash_of_nothing();
}

/// The roots of the perfect subtrees that cover [begin, end), left to right, as tree_shape lists
/// them. Two adjacent ranges merge into one; a range [0, size) has the log's root.
struct CompactRange {
    LogSize begin{0};
    LogSize end{0};
    std::vector<TreeHash> hashes;
    friend bool operator==(const CompactRange&, const CompactRange&) = default;
};

/// A perfect subtree: `level` 0 is a leaf; covers [index << level, (index + 1) << level).
struct Subtree {
    unsigned level;
    std::uint64_t index;
    friend constexpr auto operator<=>(const Subtree&, const Subtree&) = default;
};

struct TreeNode {
    Subtree at;
    TreeHash hash;
};

/// A function that returns the hash of a perfect subtree inside a log.
using NodeReader = std::function<Result<TreeHash>(Subtree)>;

} // namespace staffroom::log
