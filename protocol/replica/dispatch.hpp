// Turns received bytes into frames, then messages, and hands each to its part. A message that no
// version knows ends the link; one that a later version may know is passed over. [W3]
#pragma once

#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {

/// Takes every whole message in `link.frames_in`. An error ends the link with its code.
[[nodiscard]] Result<void> take_received(ReplicaParts& parts, Link& link);

} // namespace staffroom::replica
