#include "protocol/replica/crossing/tree_parts.hpp"

#include "protocol/log/tree_shape.hpp"

namespace staffroom::replica {

void TreeParts::add(const log::CompactRange& range) {
    const auto subtrees = log::cover(range.begin, range.end);
    for (std::size_t i = 0; i < subtrees.size() && i < range.hashes.size(); ++i)
        nodes_.insert_or_assign(subtrees[i], range.hashes[i]);
}

Result<TreeHash> TreeParts::read(const log::Subtree& at) const {
    const auto known = nodes_.find(at);
    if (known != nodes_.end())
        return known->second;
    // Whatever lies below is ordered by level: nothing of a lower level means nothing to make it
    // of.
    if (at.level == 0 || nodes_.empty() || nodes_.begin()->first.level >= at.level)
        return fail(Errc::not_found, "a subtree that was not loaded");
    const auto left = read({at.level - 1, 2 * at.index});
    if (!left)
        return left;
    const auto right = read({at.level - 1, 2 * at.index + 1});
    if (!right)
        return right;
    return log::inner_hash<log::Blake2b256>(*left, *right);
}

} // namespace staffroom::replica
