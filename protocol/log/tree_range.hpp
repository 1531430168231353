// Compact ranges: the whole arithmetic of appending, proving a chunk and joining the parts that two
// neighbours hold. A sender could put other entries in the place of the signed ones, so the
// receiver proves each chunk [L2]: its own [0, begin), the leaves that it hashed itself from the
// headers of [begin, end), and the sender's [end, size) together must have the root that was
// signed. Not here: where tree nodes are kept; a reader or a sink stands for it.
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/log/tree_hash.hpp"

#include <functional>

namespace staffroom::log {

/// A function that is told of every perfect subtree that an append completes, lowest first (leaves
/// included).
using NodeSink = std::function<void(const TreeNode&)>;

/// Adds leaves behind `range.end`; O(leaves). `sink` may be empty. `range` must be well formed, and
/// the sum of its end and the number of leaves below 2^64: check both first for a range that came
/// from outside.
template <class H>
void append_leaves(
    CompactRange& range, std::span<const TreeHash> leaves, const NodeSink& sink = {}
);

/// Returns the range [left.begin, right.end): exactly what range_from_nodes would give for it.
/// O(log size). Errors: malformed (a range whose number of hashes is not what its bounds demand),
/// out_of_range (not adjacent).
template <class H>
[[nodiscard]] Result<CompactRange> merge(const CompactRange& left, const CompactRange& right);

/// Returns the root of [0, size). Errors: malformed as in merge, out_of_range when begin is not 0.
template <class H> [[nodiscard]] Result<TreeHash> root_of(const CompactRange& range);

/// Returns the range [begin, end), read from the tree nodes of a log hashed with H. Errors:
/// out_of_range when begin > end, and the reader's. O(log size) reads.
template <class H>
[[nodiscard]] Result<CompactRange>
range_from_nodes(LogSize begin, LogSize end, const NodeReader& reader);

/// Returns true when begin <= end and the number of hashes is what [begin, end) demands.
[[nodiscard]] bool is_well_formed(const CompactRange& range);

} // namespace staffroom::log
