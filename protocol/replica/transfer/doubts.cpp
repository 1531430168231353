#include "protocol/replica/transfer/doubts.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

constexpr std::chrono::minutes doubt_time{10};
constexpr std::size_t doubted_max = 256;

} // namespace

void Doubts::add(const TransportPublicKey& key, Instant now) {
    if (until_.size() >= doubted_max && until_.count(key) == 0)
        until_
            .erase(std::min_element(until_.begin(), until_.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            }));
    until_.insert_or_assign(key, now + doubt_time);
}

bool Doubts::has(const TransportPublicKey& key, Instant now) const {
    const auto at = until_.find(key);
    return at != until_.end() && now < at->second;
}

} // namespace staffroom::replica
