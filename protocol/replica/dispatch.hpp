// From received bytes to the part that a message is for: frames, then messages, one after the
// other. What no version knows ends the link, what a later one may say is passed over. [W3]
#pragma once

#include "protocol/replica/parts.hpp"

namespace staffroom::replica {

/// Takes whatever is whole in `link.frames_in`. An error ends the link with its code.
[[nodiscard]] Result<void> take_received(ReplicaParts& parts, Link& link);

} // namespace staffroom::replica
