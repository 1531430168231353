// The table of what a node holds of one space: a line of items in id order. Items are logs,
// identity chains, notices and evidence of forks, each with a size that grows (a log shrinks where
// less of it counts: at an earlier fork, or when its key ends). Two tables with equal fingerprints
// hold the same. [S2]
#pragma once

#include "protocol/wire/messages.hpp"

#include <map>

namespace staffroom::sync {

using wire::Fingerprint;
using wire::Item;

class ItemTable {
public:
    /// Adds the item, or replaces the one with its id.
    void put(const Item& item);
    /// Removes an item that no longer counts; does nothing where there is no such item.
    void remove(const Digest& id);
    [[nodiscard]] const Item* find(const Digest& id) const;
    [[nodiscard]] std::size_t size() const { return items_.size(); }

    /// Returns the items with lower <= id < upper; without an upper, to the end.
    [[nodiscard]] std::vector<Item>
    between(const std::optional<Digest>& lower, const std::optional<Digest>& upper) const;
    /// Returns the fingerprint of the whole line. Cached until the next put.
    [[nodiscard]] const Fingerprint& fingerprint() const;

private:
    std::map<Digest, Item> items_;
    mutable std::optional<Fingerprint> fingerprint_;
};

[[nodiscard]] Fingerprint fingerprint_of(std::span<const Item> items);

} // namespace staffroom::sync
