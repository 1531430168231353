// What a store that the disk has finished means to the parts: logs have grown, bodies have come, an
// answer is owed. Called by replica.cpp only.
#pragma once

#include "protocol/replica/ports/events.hpp"

namespace staffroom::replica {

struct ReplicaParts;

void store_finished(ReplicaParts& parts, const StoreFinished& input);

} // namespace staffroom::replica
