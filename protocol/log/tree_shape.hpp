// The perfect subtrees that cover a range of positions: pure integers, no hashes. Called by
// tree_range, tree_proof and fork, and by code that must know which tree nodes to store.
#pragma once

#include "protocol/log/tree_hash.hpp"

namespace staffroom::log {

/// Returns the perfect subtrees that cover [begin, end) inside the infinite RFC 9162 tree, left to
/// right: first of rising size (up from `begin`), then of falling size (down to `end`); each is as
/// large as alignment and bounds allow. At most 2 * 63. Empty when begin >= end.
[[nodiscard]] std::vector<Subtree> cover(LogSize begin, LogSize end);

/// Returns the first of cover(begin, end); `begin` < `end`. O(1).
[[nodiscard]] Subtree first_of_cover(LogSize begin, LogSize end);

/// Returns how many subtrees cover(begin, end) lists, without listing them.
[[nodiscard]] std::size_t cover_count(LogSize begin, LogSize end);

/// Returns the position where `subtree` begins.
[[nodiscard]] constexpr std::uint64_t begin_of(const Subtree& subtree) {
    return subtree.index << subtree.level;
}

/// Returns how many positions `subtree` covers.
[[nodiscard]] constexpr std::uint64_t width_of(const Subtree& subtree) {
    return std::uint64_t{1} << subtree.level;
}

} // namespace staffroom::log
