// Whose names come first where there are more than fit: of each school one in turn, so that who has
// many takes the room of nobody who has few. [E9]
#pragma once

#include <cstddef>
#include <map>
#include <vector>

namespace staffroom::replica {

/// At most `bound` of all names, of each owner the first ones. Whoever has no more than its equal
/// part keeps all. O(result * owners).
template <class Owner, class Name>
[[nodiscard]] std::vector<Name>
by_turns(const std::map<Owner, std::vector<Name>>& names, std::size_t bound) {
    std::vector<Name> chosen;
    for (std::size_t turn = 0;; ++turn) {
        bool has_more = false;
        for (const auto& [owner, of_owner] : names) {
            if (chosen.size() == bound)
                return chosen;
            if (turn >= of_owner.size())
                continue;
            chosen.push_back(of_owner[turn]);
            has_more = true;
        }
        if (!has_more)
            return chosen;
    }
}

} // namespace staffroom::replica
