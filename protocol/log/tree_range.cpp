#include "protocol/log/tree_range.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/log/tree_shape.hpp"

#include <limits>

namespace staffroom::log {

namespace {

// Puts `node` behind the hashes of a range that begins at `begin` and ends where `node` begins.
// While the new subtree is a right half whose left half lies inside the range, that left half is
// the last hash, because its parent ends too far right to have been there before. The two become
// one.
template <class H>
void push_node(
    std::vector<TreeHash>& hashes, std::uint64_t begin, TreeNode node, const NodeSink* sink
) {
    while (node.at.index % 2 == 1 && (node.at.index - 1) << node.at.level >= begin) {
        node.hash = inner_hash<H>(hashes.back(), node.hash);
        node.at = {node.at.level + 1, node.at.index / 2};
        hashes.pop_back();
        if (sink != nullptr)
            (*sink)(node);
    }
    hashes.push_back(node.hash);
}

} // namespace

template <class H>
void append_leaves(CompactRange& range, std::span<const TreeHash> leaves, const NodeSink& sink) {
    ensure(is_well_formed(range));
    ensure(leaves.size() <= std::numeric_limits<std::uint64_t>::max() - range.end.value);

    const NodeSink* const listener = sink ? &sink : nullptr;
    for (const TreeHash& leaf : leaves) {
        const TreeNode node{{0, range.end.value}, leaf};
        if (listener != nullptr)
            (*listener)(node);
        push_node<H>(range.hashes, range.begin.value, node, listener);
        ++range.end.value;
    }
}

template <class H> Result<CompactRange> merge(const CompactRange& left, const CompactRange& right) {
    if (!is_well_formed(left) || !is_well_formed(right))
        return fail(Errc::malformed, "the number of hashes does not fit the range");
    if (left.end != right.begin)
        return fail(Errc::out_of_range, "the ranges are not adjacent");

    CompactRange merged{left.begin, right.end, {}};
    merged.hashes.reserve(left.hashes.size() + right.hashes.size());
    merged.hashes = left.hashes;
    LogSize reached = right.begin;
    for (const TreeHash& hash : right.hashes) {
        const Subtree at = first_of_cover(reached, right.end);
        push_node<H>(merged.hashes, merged.begin.value, {at, hash}, nullptr);
        reached.value += width_of(at);
    }
    return merged;
}

template <class H> Result<TreeHash> root_of(const CompactRange& range) {
    if (!is_well_formed(range))
        return fail(Errc::malformed, "the number of hashes does not fit the range");
    if (range.begin.value != 0)
        return fail(Errc::out_of_range, "only a range from 0 has a root");
    if (range.hashes.empty())
        return empty_root<H>();

    TreeHash root = range.hashes.back();
    for (auto left = range.hashes.rbegin() + 1; left != range.hashes.rend(); ++left)
        root = inner_hash<H>(*left, root);
    return root;
}

template <class H>
Result<CompactRange> range_from_nodes(LogSize begin, LogSize end, const NodeReader& reader) {
    if (begin > end)
        return fail(Errc::out_of_range, "a range ends before it begins");

    CompactRange range{begin, end, {}};
    const std::vector<Subtree> subtrees = cover(begin, end);
    range.hashes.reserve(subtrees.size());
    for (const Subtree& at : subtrees) {
        auto hash = reader(at);
        if (!hash)
            return fail(hash.error());
        range.hashes.push_back(*hash);
    }
    return range;
}

bool is_well_formed(const CompactRange& range) {
    return range.begin <= range.end && range.hashes.size() == cover_count(range.begin, range.end);
}

template void append_leaves<Blake2b256>(CompactRange&, std::span<const TreeHash>, const NodeSink&);
template void append_leaves<Sha256>(CompactRange&, std::span<const TreeHash>, const NodeSink&);
template Result<CompactRange> merge<Blake2b256>(const CompactRange&, const CompactRange&);
template Result<CompactRange> merge<Sha256>(const CompactRange&, const CompactRange&);
template Result<TreeHash> root_of<Blake2b256>(const CompactRange&);
template Result<TreeHash> root_of<Sha256>(const CompactRange&);
template Result<CompactRange> range_from_nodes<Blake2b256>(LogSize, LogSize, const NodeReader&);
template Result<CompactRange> range_from_nodes<Sha256>(LogSize, LogSize, const NodeReader&);

} // namespace staffroom::log
