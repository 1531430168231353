// What people ask of a replica: networks, invitations, neighbours, records. Each answers with Done,
// exactly once, and not before what it wrote is durable.
#pragma once

#include "protocol/replica/parts.hpp"

namespace staffroom::replica {

void perform(ReplicaParts& parts, Command command);

/// Profile and addresses into every network that we are in; operations that we owe (join, ends of
/// invitations).
void write_what_we_owe(ReplicaParts& parts);

} // namespace staffroom::replica
