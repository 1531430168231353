#include "tests/support/slow_tree.hpp"

#include <algorithm>

// The definitions of RFC 9162 are recursive, and so is this file; its input is our own.
// NOLINTBEGIN(misc-no-recursion)

namespace staffroom::tests {

namespace {

using Leaves = std::span<const TreeHash>;

// The largest power of two smaller than `size`, which is at least 2.
std::size_t split_of(std::size_t size) {
    std::size_t split = 1;
    while (split * 2 < size)
        split *= 2;
    return split;
}

std::vector<TreeHash> with(std::vector<TreeHash> hashes, const TreeHash& last) {
    hashes.push_back(last);
    return hashes;
}

// SUBPROOF of RFC 9162 2.1.4.1.
template <class H>
std::vector<TreeHash> subproof(std::size_t old_size, Leaves leaves, bool is_whole_old_tree) {
    if (old_size == leaves.size()) {
        if (is_whole_old_tree)
            return {};
        return {slow_root<H>(leaves)};
    }
    const std::size_t split = split_of(leaves.size());
    const Leaves left = leaves.first(split);
    const Leaves right = leaves.subspan(split);
    if (old_size <= split)
        return with(subproof<H>(old_size, left, is_whole_old_tree), slow_root<H>(right));
    return with(subproof<H>(old_size - split, right, false), slow_root<H>(left));
}

} // namespace

template <class H> std::vector<TreeHash> numbered_leaves(std::size_t count, std::uint8_t salt) {
    std::vector<TreeHash> leaves;
    for (std::size_t number = 0; number < count; ++number) {
        Bytes header{salt};
        append_u64_be(header, number);
        leaves.push_back(log::leaf_hash<H>(header));
    }
    return leaves;
}

template <class H> TreeHash slow_root(Leaves leaves) {
    if (leaves.empty())
        return log::empty_root<H>();
    if (leaves.size() == 1)
        return leaves.front();
    const std::size_t split = split_of(leaves.size());
    const TreeHash left = slow_root<H>(leaves.first(split));
    const TreeHash right = slow_root<H>(leaves.subspan(split));
    return H::hash(0x01, left.view(), right.view());
}

template <class H> std::vector<TreeHash> slow_inclusion(std::size_t position, Leaves leaves) {
    if (leaves.size() == 1)
        return {};
    const std::size_t split = split_of(leaves.size());
    const Leaves left = leaves.first(split);
    const Leaves right = leaves.subspan(split);
    if (position < split)
        return with(slow_inclusion<H>(position, left), slow_root<H>(right));
    return with(slow_inclusion<H>(position - split, right), slow_root<H>(left));
}

template <class H> std::vector<TreeHash> slow_consistency(std::size_t old_size, Leaves leaves) {
    return subproof<H>(old_size, leaves, true);
}

template <class H> log::NodeReader slow_reader(Leaves leaves) {
    return [leaves](log::Subtree at) -> Result<TreeHash> {
        const std::uint64_t width = std::uint64_t{1} << at.level;
        const std::uint64_t begin = at.index << at.level;
        if (begin + width > leaves.size())
            return fail(Errc::out_of_range);
        return slow_root<H>(leaves.subspan(begin, width));
    };
}

std::vector<log::Subtree> slow_cover(std::uint64_t begin, std::uint64_t end) {
    const auto is_inside = [&](unsigned level, std::uint64_t index) {
        const std::uint64_t width = std::uint64_t{1} << level;
        return index * width >= begin && (index + 1) * width <= end;
    };
    std::vector<log::Subtree> found;
    for (unsigned level = 0; (std::uint64_t{1} << level) <= end; ++level) {
        for (std::uint64_t index = 0; index <= end >> level; ++index) {
            if (is_inside(level, index) && !is_inside(level + 1, index / 2))
                found.push_back({level, index});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.index << a.level < b.index << b.level;
    });
    return found;
}

TreeHash altered(const TreeHash& hash) {
    TreeHash::Raw raw = hash.raw();
    raw.back() = static_cast<std::uint8_t>(raw.back() ^ 1U);
    return TreeHash(raw);
}

template <class H> log::NodeReader uniform_reader() {
    std::vector<TreeHash> by_level{log::leaf_hash<H>({})};
    while (by_level.size() < 64)
        by_level.push_back(log::inner_hash<H>(by_level.back(), by_level.back()));
    return [by_level](log::Subtree at) -> Result<TreeHash> { return by_level.at(at.level); };
}

template std::vector<TreeHash> numbered_leaves<log::Blake2b256>(std::size_t, std::uint8_t);
template std::vector<TreeHash> numbered_leaves<log::Sha256>(std::size_t, std::uint8_t);
template TreeHash slow_root<log::Blake2b256>(Leaves);
template TreeHash slow_root<log::Sha256>(Leaves);
template std::vector<TreeHash> slow_inclusion<log::Blake2b256>(std::size_t, Leaves);
template std::vector<TreeHash> slow_inclusion<log::Sha256>(std::size_t, Leaves);
template std::vector<TreeHash> slow_consistency<log::Blake2b256>(std::size_t, Leaves);
template std::vector<TreeHash> slow_consistency<log::Sha256>(std::size_t, Leaves);
template log::NodeReader slow_reader<log::Blake2b256>(Leaves);
template log::NodeReader slow_reader<log::Sha256>(Leaves);
template log::NodeReader uniform_reader<log::Blake2b256>();
template log::NodeReader uniform_reader<log::Sha256>();

} // namespace staffroom::tests

// NOLINTEND(misc-no-recursion)
