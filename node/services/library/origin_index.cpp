#include "node/services/library/origin_index.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace staffroom::services {

std::uint64_t hash_of_origin(const std::string& origin) {
    return std::hash<std::string>{}(origin);
}

std::uint64_t hash_of_words(std::string_view front_matter, std::string_view text) {
    std::string words(front_matter);
    words += '\0';
    words += text;
    return std::hash<std::string>{}(words);
}

OriginNote origin_note(const records::RecordBody& body) {
    if (body.origin.empty())
        return {false, 0, 0};
    return {true, hash_of_origin(body.origin), hash_of_words(body.front_matter, body.text)};
}

void FreshOrigins::know(const RevisionId& revision, const OriginNote& note) {
    const std::lock_guard lock(mutex_);
    if (notes_.size() >= count_max)
        notes_.clear();
    notes_.insert_or_assign(revision, note);
}

std::optional<OriginNote> FreshOrigins::take(const RevisionId& revision) {
    const std::lock_guard lock(mutex_);
    const auto found = notes_.extract(revision);
    return found.empty() ? std::nullopt : std::optional(found.mapped());
}

std::vector<std::uint32_t> OriginIndex::take_put_off() {
    return std::exchange(put_off_, {});
}

std::vector<std::uint32_t> OriginIndex::candidates(std::uint64_t hash) {
    const auto end_of_sorted = entries_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    std::sort(end_of_sorted, entries_.end());
    std::inplace_merge(entries_.begin(), end_of_sorted, entries_.end());
    sorted_ = entries_.size();
    std::vector<std::uint32_t> rows;
    for (auto at = std::ranges::lower_bound(entries_, Entry{hash, 0});
         at != entries_.end() && at->hash == hash;
         ++at)
        rows.push_back(at->row);
    return rows;
}

} // namespace staffroom::services
