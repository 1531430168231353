// The pace of one school. A member could send new notices without end, and each costs every node
// work and traffic. So a school may send so many at once, then one in a span of time. Used for
// notices, evidence of forks, and logs beyond very many. [S4]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/time.hpp"

#include <algorithm>
#include <map>

namespace staffroom::replica {

class SchoolPace {
public:
    SchoolPace(std::size_t at_once_max, std::chrono::microseconds every)
        : at_once_max_(at_once_max)
        , every_(every) {}

    [[nodiscard]] bool may_go(const SchoolId& school, Instant now) const {
        const auto at = rooms_.find(school);
        return at == rooms_.end() || at->second.left > 0 || now - at->second.refilled_at >= every_;
    }
    /// Counts one that has gone; call it only while it may.
    void went(const SchoolId& school, Instant now) {
        Room& room = rooms_.try_emplace(school, Room{at_once_max_, now}).first->second;
        const auto refills = (now - room.refilled_at) / every_;
        if (refills > 0) {
            constexpr std::int64_t enough = 1000;
            const auto more = static_cast<std::size_t>(std::min(refills, enough));
            room.left = std::min(at_once_max_, room.left + more);
            room.refilled_at = now;
        }
        --room.left;
    }

private:
    struct Room {
        std::size_t left;
        Instant refilled_at;
    };
    std::size_t at_once_max_;
    std::chrono::microseconds every_;
    std::map<SchoolId, Room> rooms_;
};

} // namespace staffroom::replica
