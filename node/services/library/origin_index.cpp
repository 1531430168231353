#include "node/services/library/origin_index.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace staffroom::services {

void OriginIndex::note(std::uint32_t row, const std::string& origin) {
    if (!origin.empty())
        entries_.push_back({std::hash<std::string>{}(origin), row});
}

std::vector<std::uint32_t> OriginIndex::take_put_off() {
    return std::exchange(put_off_, {});
}

std::vector<std::uint32_t> OriginIndex::candidates(const std::string& origin) {
    const auto end_of_sorted = entries_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    std::sort(end_of_sorted, entries_.end());
    std::inplace_merge(entries_.begin(), end_of_sorted, entries_.end());
    sorted_ = entries_.size();
    const std::uint64_t hash = std::hash<std::string>{}(origin);
    std::vector<std::uint32_t> rows;
    for (auto at = std::ranges::lower_bound(entries_, Entry{hash, 0});
         at != entries_.end() && at->hash == hash;
         ++at)
        rows.push_back(at->row);
    return rows;
}

} // namespace staffroom::services
