// The charters of a network as its schools have written and signed them: what stands, and what this
// school may add. [N8]
#pragma once

#include "protocol/network/charter.hpp"
#include "protocol/replica/logs/logbook.hpp"
#include "protocol/replica/membership/networks.hpp"

namespace staffroom::replica {

/// What stands of a network's charters.
[[nodiscard]] network::CharterBook
charter_book(const Logbook& logbook, const NetworkState& network);

/// Returns the id of the charter that this school would write or sign by `act`. Errors: those of
/// WriteCharter but for the roster's.
[[nodiscard]] Result<Digest> charter_that_is_new(
    const Logbook& logbook,
    const NetworkState& network,
    const SchoolId& self,
    const network::CharterAct& act
);

} // namespace staffroom::replica
