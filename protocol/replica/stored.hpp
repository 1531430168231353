// Follows up a write that is on the disk now: logs have grown, bodies have come, somebody waits for
// an answer. Tells the parts of the replica (replica/replica_parts). Called by replica.cpp only.
#pragma once

#include "protocol/replica/ports/events.hpp"

namespace staffroom::replica {

struct ReplicaParts;

void store_finished(ReplicaParts& parts, const StoreFinished& input);

} // namespace staffroom::replica
