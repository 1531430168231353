#include "protocol/log/fork.hpp"

#include "protocol/log/tree_range.hpp"
#include "protocol/log/tree_shape.hpp"

#include <algorithm>

namespace staffroom::log {

namespace {

// Computes the root of the log made of `shared`, one leaf and a right range. The ranges may be
// anything.
Result<TreeHash>
root_through(const CompactRange& shared, const TreeHash& leaf, const CompactRange& right) {
    const CompactRange middle{shared.end, LogSize{shared.end.value + 1}, {leaf}};
    auto with_leaf = merge<Blake2b256>(shared, middle);
    if (!with_leaf)
        return fail(with_leaf.error());
    auto whole = merge<Blake2b256>(*with_leaf, right);
    if (!whole)
        return fail(whole.error());
    return root_of<Blake2b256>(*whole);
}

Result<void> check_side(const CompactRange& shared, const ForkSide& side) {
    if (side.right.end != side.size)
        return fail(Errc::bad_proof, "a right range does not end where its log does");
    auto root = root_through(shared, side.leaf, side.right);
    if (!root)
        return fail(Errc::bad_proof, root.error().detail);
    if (*root != side.root)
        return fail(Errc::bad_proof, "the hashes do not lead to the root of a head");
    return {};
}

Result<bool> differ_at(const History& a, const History& b, Subtree at) {
    auto hash_a = a.reader(at);
    if (!hash_a)
        return fail(hash_a.error());
    auto hash_b = b.reader(at);
    if (!hash_b)
        return fail(hash_b.error());
    return *hash_a != *hash_b;
}

// Finds the first difference inside a subtree that differs: goes left as long as the left half
// differs, otherwise right.
Result<Position> first_difference_inside(const History& a, const History& b, Subtree at) {
    while (at.level > 0) {
        const Subtree left{at.level - 1, at.index * 2};
        auto is_left = differ_at(a, b, left);
        if (!is_left)
            return fail(is_left.error());
        at = *is_left ? left : Subtree{left.level, left.index + 1};
    }
    return Position{at.index};
}

Result<Position> first_difference(const History& a, const History& b) {
    for (const Subtree& at : cover(LogSize{0}, std::min(a.size, b.size))) {
        auto is_here = differ_at(a, b, at);
        if (!is_here)
            return fail(is_here.error());
        if (*is_here)
            return first_difference_inside(a, b, at);
    }
    return fail(Errc::not_found, "one history is a prefix of the other");
}

Result<ForkSide> read_side(const CompactRange& shared, const History& history) {
    auto leaf = history.reader(Subtree{0, shared.end.value});
    if (!leaf)
        return fail(leaf.error());
    const LogSize after{shared.end.value + 1};
    auto right = range_from_nodes<Blake2b256>(after, history.size, history.reader);
    if (!right)
        return fail(right.error());
    auto root = root_through(shared, *leaf, *right);
    if (!root)
        return fail(root.error());
    return ForkSide{history.size, *root, *leaf, std::move(*right)};
}

} // namespace

Result<void> check_fork(const ForkEvidence& evidence) {
    const LogSize common = std::min(evidence.a.size, evidence.b.size);
    if (evidence.position.value >= common.value)
        return fail(Errc::out_of_range, "the position is not in both logs");
    if (evidence.shared.end.value != evidence.position.value)
        return fail(Errc::bad_proof, "the shared range does not end at the position");
    if (evidence.a.leaf == evidence.b.leaf)
        return fail(Errc::bad_proof, "the leaves are the same");
    if (auto side = check_side(evidence.shared, evidence.a); !side)
        return side;
    return check_side(evidence.shared, evidence.b);
}

Result<ForkEvidence> make_fork(const History& a, const History& b) {
    auto position = first_difference(a, b);
    if (!position)
        return fail(position.error());
    auto shared = range_from_nodes<Blake2b256>(LogSize{0}, LogSize{position->value}, a.reader);
    if (!shared)
        return fail(shared.error());
    auto side_a = read_side(*shared, a);
    if (!side_a)
        return fail(side_a.error());
    auto side_b = read_side(*shared, b);
    if (!side_b)
        return fail(side_b.error());
    if (side_a->leaf == side_b->leaf)
        return fail(Errc::corrupt, "tree nodes differ above leaves that do not");
    return ForkEvidence{*position, std::move(*shared), std::move(*side_a), std::move(*side_b)};
}

} // namespace staffroom::log
