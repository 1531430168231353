// How far this school may order that another one's records go: its successor does so alone, a
// coordinator with one more. Not here: the rule itself (protocol/network/roster). [E2, M13]
#pragma once

#include "protocol/replica/replica.hpp"

#include <cstdint>

namespace staffroom::services {

enum class OrderRight : std::uint8_t {
    none,
    with_another, // nothing goes before a second coordinator has ordered the same
    alone,
};

/// Returns the right of this school over what `school`, which may be itself, wrote in a network.
[[nodiscard]] OrderRight
order_right(const replica::Replica& replica, const NetworkId& network, const SchoolId& school);

} // namespace staffroom::services
