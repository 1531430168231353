// The Merkle tree as RFC 9162 writes it down: recursive, slow, obvious. The tests compare the
// clever tree of protocol/log with it. The two share only the hash functions, which have published
// vectors of their own.
#pragma once

#include "protocol/log/tree_hash.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace staffroom::tests {

/// Leaf hashes of `count` distinct headers; another `salt` gives other leaves.
template <class H>
[[nodiscard]] std::vector<TreeHash> numbered_leaves(std::size_t count, std::uint8_t salt = 0);

/// MTH of RFC 9162 2.1.1, over leaf hashes.
template <class H> [[nodiscard]] TreeHash slow_root(std::span<const TreeHash> leaves);

/// PATH of RFC 9162 2.1.3.1.
template <class H>
[[nodiscard]] std::vector<TreeHash>
slow_inclusion(std::size_t position, std::span<const TreeHash> leaves);

/// PROOF of RFC 9162 2.1.4.1.
template <class H>
[[nodiscard]] std::vector<TreeHash>
slow_consistency(std::size_t old_size, std::span<const TreeHash> leaves);

/// Reads the tree over `leaves`, which must outlive the reader, by computing each subtree anew;
/// out_of_range beyond them.
template <class H> [[nodiscard]] log::NodeReader slow_reader(std::span<const TreeHash> leaves);

/// Every aligned power of two inside [begin, end) whose parent is not: tried one after the other.
[[nodiscard]] std::vector<log::Subtree> slow_cover(std::uint64_t begin, std::uint64_t end);

/// The same hash but for one bit.
[[nodiscard]] TreeHash altered(const TreeHash& hash);

/// Reads a log of any size whose leaves are all the same, so that proofs near 2^63 can be made.
template <class H> [[nodiscard]] log::NodeReader uniform_reader();

} // namespace staffroom::tests
