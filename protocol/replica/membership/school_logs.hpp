// Which of the logs of one school, in one channel of a space, count: those with the smallest ids,
// as many as there is room for. A bound in the order of arrival parts two honest nodes for ever, as
// soon as a school shows them more logs in different orders. Pure: the same logs give the same
// answer, in whatever order they came, also to a node that never kept what did not count. [S16]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/limits.hpp"

#include <set>
#include <vector>

namespace staffroom::replica {

class SchoolLogs {
public:
    explicit SchoolLogs(std::size_t room = limits::logs_per_school_max)
        : room_(room) {}

    /// Adds a log of which something would count; twice is once. Returns the logs that count no
    /// longer, which may be this one. O(log n).
    [[nodiscard]] std::vector<LogId> add(const LogId& log);
    /// Takes out a log of which nothing counts for another reason. Returns the logs that are to be
    /// judged anew: this one, and the one that has its place.
    [[nodiscard]] std::vector<LogId> remove(const LogId& log);

    [[nodiscard]] bool is_beyond(const LogId& log) const { return beyond_.count(log) > 0; }
    /// Returns whether this log, which may be a new one, counts or would count.
    [[nodiscard]] bool has_room_for(const LogId& log) const {
        return counting_.size() < room_ || log <= *counting_.rbegin();
    }
    /// Whether there may be logs that count for their number no longer. Not whether there are some
    /// here: a node to which they were never given has none, and must answer the same.
    [[nodiscard]] bool is_full() const { return counting_.size() >= room_; }

private:
    std::size_t room_; // at least one
    std::set<LogId> counting_;
    std::set<LogId> beyond_; // all larger than those that count
};

} // namespace staffroom::replica
