// The receipts of nodes for the orders to erase: the notice that holds one, and what it says.
// Called by erasures, which writes our own, and by the status of a replica. [E6]
#pragma once

#include "protocol/replica/membership/networks.hpp"

namespace staffroom::replica {

/// The notice in which this node of a school says what it has carried out; null where none is here.
[[nodiscard]] const network::SignedNotice* receipt_notice(
    const Networks& networks,
    const SpaceId& space,
    const SchoolId& school,
    const SigningPublicKey& key
);
/// What such a notice says; nothing for null, or where it cannot be read.
[[nodiscard]] std::optional<network::ErasureReceipt> receipt_in(const network::SignedNotice* notice
);

} // namespace staffroom::replica
