// What is asked of whoever tried a record of another network: what it is there and what it means
// here, so that networks learn by interpreting and not by copying. Called by
// services/publishing/preparation. [domain 3.7]
#pragma once

#include "node/services/library/targets.hpp"

namespace staffroom::services {

/// Adds what is lacking to the problems of `read`, and to its notes why it is asked for and how its
/// author hears of it. `space` is where the record goes.
void ask_for_transposition(
    const LibraryView& library, const Targets& targets, const SpaceId& space, ReadRecord& read
);

} // namespace staffroom::services
