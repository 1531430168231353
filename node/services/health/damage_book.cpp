#include "node/services/health/damage_book.hpp"

#include <algorithm>

namespace staffroom::services {

void DamageBook::look() {
    const auto found = store_.damaged_bodies();
    const std::size_t files = files_.damaged_count();
    const std::lock_guard lock(mutex_);
    std::size_t fresh = 0;
    if (found)
        for (const replica::EntryPlace& place : *found)
            fresh += known_.insert(place).second ? 1U : 0U;
    const bool has_news = fresh > 0 || files > files_told_;
    files_told_ = files;
    if (has_news)
        trace_.event(
            node::TraceLevel::warning,
            "store.places-damaged",
            {{"bodies", std::to_string(known_.size())}, {"files", std::to_string(files)}}
        );
}

DamageBook::Damage DamageBook::still() {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [this](const replica::EntryPlace& place) {
        return !store_.is_damaged(place);
    });
    return {known_.size(), files_.damaged_count()};
}

} // namespace staffroom::services
