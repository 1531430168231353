// The code that a link bears, as the responder knows it: its invitation, whether that is open, whom
// it has brought in. It changes nothing. Called by Joining.
#pragma once

#include "protocol/replica/links/link.hpp"
#include "protocol/replica/membership/networks.hpp"

namespace staffroom::replica {

/// Returns the invitation of the link's code; null when the link bears none that is known here.
[[nodiscard]] const network::KnownInvite* invite_of(const Link& link, Networks& networks);

/// Tells what a bearer is told of an invitation. [N6]
[[nodiscard]] wire::InviteStatus
status_of(const network::KnownInvite& invite, const Context& context);

/// Returns the school that this invitation has brought in; nothing while it is open or disputed.
[[nodiscard]] std::optional<SchoolId>
admitted_by(const network::KnownInvite& invite, const NetworkState& network);

/// Tells whether the bearer is the very school that the code has admitted, by a key that counts:
/// its line was cut before it heard of it.
[[nodiscard]] bool
comes_again(const Link& link, const network::KnownInvite& invite, Networks& networks);

} // namespace staffroom::replica
