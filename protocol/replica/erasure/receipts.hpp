// The receipts of nodes for the orders to erase: the notice that holds one, and what it says.
// Called by erasures, which writes our own, and by the status of a replica. [E6]
#pragma once

#include "protocol/replica/membership/networks.hpp"

namespace staffroom::replica {

class Erasures;

/// What has to be known to tell who has carried out an order.
struct ReceiptGround {
    const Networks& networks;
    const Logbook& logbook;
    const Erasures& erasures;
};
/// The receipts of a school's nodes for an order that counts in this network: one of each, or none
/// where a node has given none. A school has erased what all its nodes have.
[[nodiscard]] std::vector<const network::SignedNotice*> receipts_of(
    const ReceiptGround& ground,
    const NetworkId& network,
    const network::PlacedOrder& order,
    const SchoolId& school
);

/// Tells whether one server of the school has carried an order out and another, whose key counts
/// still, has said nothing: a machine that was lost never will.
[[nodiscard]] bool waits_for_a_server(
    const ReceiptGround& ground,
    const NetworkId& network,
    const network::PlacedOrder& order,
    const SchoolId& school
);

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
