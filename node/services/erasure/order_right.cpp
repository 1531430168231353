#include "node/services/erasure/order_right.hpp"

#include <algorithm>

namespace staffroom::services {

OrderRight
order_right(const replica::Replica& replica, const NetworkId& network, const SchoolId& school) {
    using replica::Standing;
    const SchoolId self = replica.school();
    if (!replica.may_order(network, school))
        return OrderRight::none;
    if (school == self)
        return OrderRight::alone;
    const auto all = replica.schools(network);
    // One that is suspended has named somebody as well, who orders nothing until it is gone.
    const bool succeeds = std::ranges::any_of(all, [&](const replica::SchoolStanding& each) {
        return each.school == school && each.successor == self &&
               (each.standing == Standing::left || each.standing == Standing::removed);
    });
    return succeeds ? OrderRight::alone : OrderRight::with_another;
}

} // namespace staffroom::services
