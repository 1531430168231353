#include "protocol/replica/membership/school_logs.hpp"

namespace staffroom::replica {

std::vector<LogId> SchoolLogs::add(const LogId& log) {
    if (counting_.count(log) > 0 || beyond_.count(log) > 0)
        return {};
    counting_.insert(log);
    if (counting_.size() <= room_)
        return {};
    const LogId last = *counting_.rbegin();
    counting_.erase(last);
    beyond_.insert(last);
    return {last};
}

std::vector<LogId> SchoolLogs::remove(const LogId& log) {
    if (beyond_.erase(log) > 0)
        return {log};
    if (counting_.erase(log) == 0)
        return {};
    if (beyond_.empty())
        return {log};
    const LogId next = *beyond_.begin();
    beyond_.erase(next);
    counting_.insert(next);
    return {log, next};
}

} // namespace staffroom::replica
