// Roles that were given until a date which this node's clock has passed. The roster knows no date:
// whoever is entitled writes the end, as a closing or a grant like any other. [M12]
#pragma once

#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {

/// Writes what this school owes to roles of others, and of its own, whose time is over.
void write_ended_terms(ReplicaParts& parts, const NetworkState& network, OwnLogs::Draft& draft);

} // namespace staffroom::replica
