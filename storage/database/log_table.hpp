// The logs of an open store in memory: number, descriptor and stored size. Not here: frontiers and
// heads, which the core holds and the log rows keep. Filled at the open, changed by commits after
// they succeeded, read by all threads.
#pragma once

#include "storage/database/row_keys.hpp"

#include <map>
#include <optional>
#include <shared_mutex>

namespace staffroom::storage {

struct KnownLog {
    LogNumber number;
    LogSize stored;
    log::LogDescriptor descriptor;
};

class LogTable {
public:
    [[nodiscard]] std::optional<KnownLog> find(const LogId& log) const;
    [[nodiscard]] std::optional<LogId> id_of(LogNumber number) const;
    [[nodiscard]] std::vector<LogId> ids() const;
    /// Returns one above the highest number in use.
    [[nodiscard]] LogNumber next_number() const;
    void set(const LogId& log, const KnownLog& known);
    void clear();

private:
    mutable std::shared_mutex mutex_;
    std::map<LogId, KnownLog> logs_;
    std::map<LogNumber, LogId> by_number_;
};

} // namespace staffroom::storage
