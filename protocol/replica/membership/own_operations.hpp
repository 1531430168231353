// How this node writes an operation: what it names is what it has seen, gathered by operations
// *seen* where that is more than one can name [M9]. Used by the commands, by whoever admits, and by
// the witnesses.
#pragma once

#include "protocol/replica/logs/own_logs.hpp"
#include "protocol/replica/membership/networks.hpp"

namespace staffroom::replica {

/// Adds it to the draft. Returns its id.
RevisionId add_operation(
    OwnLogs::Draft& draft, const NetworkState& network, const SchoolId& self, network::Act act
);

} // namespace staffroom::replica
