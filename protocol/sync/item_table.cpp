#include "protocol/sync/item_table.hpp"

#include "protocol/crypto/hash.hpp"

namespace staffroom::sync {

void ItemTable::put(const Item& item) {
    items_.insert_or_assign(item.id, item);
    fingerprint_.reset();
}

void ItemTable::remove(const Digest& id) {
    if (items_.erase(id) > 0)
        fingerprint_.reset();
}

const Item* ItemTable::find(const Digest& id) const {
    const auto at = items_.find(id);
    return at == items_.end() ? nullptr : &at->second;
}

std::vector<Item>
ItemTable::between(const std::optional<Digest>& lower, const std::optional<Digest>& upper) const {
    const auto begin = lower ? items_.lower_bound(*lower) : items_.begin();
    const auto end = upper ? items_.lower_bound(*upper) : items_.end();
    std::vector<Item> items;
    if (lower && upper && *upper <= *lower)
        return items;
    for (auto at = begin; at != end; ++at)
        items.push_back(at->second);
    return items;
}

const Fingerprint& ItemTable::fingerprint() const {
    if (!fingerprint_)
        fingerprint_ = fingerprint_of(between(std::nullopt, std::nullopt));
    return *fingerprint_;
}

Fingerprint fingerprint_of(std::span<const Item> items) {
    crypto::Hasher hasher(crypto::HashLabel::range, {}, Fingerprint::size_bytes);
    for (const Item& item : items) {
        hasher.update(item.id.view());
        hasher.update_u64(item.size);
        hasher.update(item.tag.view());
    }
    Fingerprint::Raw raw{};
    hasher.finish_into(raw);
    return Fingerprint(raw);
}

} // namespace staffroom::sync
