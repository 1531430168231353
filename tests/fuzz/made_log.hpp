// A log with two histories, without entries: its tree is made of numbers.
#pragma once

#include "protocol/log/tree_range.hpp"

#include <map>
#include <memory>

namespace staffroom::fuzz {

inline TreeHash leaf_of(std::uint64_t position, std::uint8_t history) {
    Bytes header;
    append_u64_be(header, position);
    header.push_back(history);
    return log::leaf_hash<log::Blake2b256>(header);
}

/// Subtrees of a log whose leaves say `history` from `parts_at` on, and 0 before.
inline log::NodeReader reader_of(std::uint64_t parts_at, std::uint8_t history) {
    const auto kept = std::make_shared<std::map<log::Subtree, TreeHash>>();
    return [=](log::Subtree at) -> Result<TreeHash> {
        const std::uint64_t begin = at.index << at.level;
        const std::uint64_t end = begin + (std::uint64_t{1} << at.level);
        if (const auto known = kept->find(at); known != kept->end())
            return known->second;
        std::vector<TreeHash> level;
        for (std::uint64_t i = begin; i < end; ++i)
            level.push_back(leaf_of(i, i < parts_at ? 0 : history));
        while (level.size() > 1) {
            for (std::size_t i = 0; i < level.size() / 2; ++i)
                level[i] = log::inner_hash<log::Blake2b256>(level[2 * i], level[2 * i + 1]);
            level.resize(level.size() / 2, level[0]);
        }
        kept->emplace(at, level[0]);
        return level[0];
    };
}

} // namespace staffroom::fuzz
