// Commands of people to a replica: networks, invitations, neighbours, records. Each is answered
// with Done exactly once, and not before what it wrote is durable. Here as well is what this node
// owes its networks without being asked: its join, the end of an invitation whose date has passed.
// [N3]
#pragma once

#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {

void perform(ReplicaParts& parts, Command command);

/// Writes profile and addresses into every network that we are in, and the operations that we owe
/// (join, ends of invitations).
void write_what_we_owe(ReplicaParts& parts);

} // namespace staffroom::replica
