#include "storage/database/log_table.hpp"

#include <mutex>

namespace staffroom::storage {

std::optional<KnownLog> LogTable::find(const LogId& log) const {
    const std::shared_lock hold(mutex_);
    const auto known = logs_.find(log);
    return known == logs_.end() ? std::nullopt : std::optional(known->second);
}

std::optional<LogId> LogTable::id_of(LogNumber number) const {
    const std::shared_lock hold(mutex_);
    const auto known = by_number_.find(number);
    return known == by_number_.end() ? std::nullopt : std::optional(known->second);
}

std::vector<LogId> LogTable::ids() const {
    const std::shared_lock hold(mutex_);
    std::vector<LogId> ids;
    ids.reserve(logs_.size());
    for (const auto& [id, known] : logs_)
        ids.push_back(id);
    return ids;
}

LogNumber LogTable::next_number() const {
    const std::shared_lock hold(mutex_);
    return by_number_.empty() ? LogNumber{1} : LogNumber{by_number_.rbegin()->first.value + 1};
}

void LogTable::set(const LogId& log, const KnownLog& known) {
    const std::unique_lock hold(mutex_);
    logs_.insert_or_assign(log, known);
    by_number_.insert_or_assign(known.number, log);
}

void LogTable::clear() {
    const std::unique_lock hold(mutex_);
    logs_.clear();
    by_number_.clear();
}

} // namespace staffroom::storage
