// An order to erase on its way to another network, with all that proves it: the entry of the
// author's governance as it was written, and that its node has signed the log in which it stands.
// Who brings it is trusted in nothing. The attacks: a gateway, or a member of the receiving
// network, orders in a school's name; an order is shown under another school's log; whoever stole a
// key orders after it was revoked. Not here: who brings which order to whom. [E9]
#pragma once

#include "protocol/agreement/refusal.hpp"
#include "protocol/agreement/signatures.hpp"
#include "protocol/log/head.hpp"
#include "protocol/log/tree_proof.hpp"
#include "protocol/network/erasure.hpp"

#include <variant>

namespace staffroom::agreement {

/// An order that a school of another network has written for records of its own.
struct FarOrder {
    log::LogDescriptor descriptor; // of its governance log in its network
    Position position;
    Bytes header;
    Bytes payload;
    log::SignedHead head;
    log::Proof proof; // from the header to the root of the head
    Bytes chain;      // of the school; empty where it found no room
    network::ErasureOrder order;
};

/// What can be read of one, the order in it already. Errors: too_large.
[[nodiscard]] Result<Bytes> encode_far_order(const FarOrder& order);
/// Parses within bounds; what is signed in it is read strictly. Errors: too_large, truncated,
/// malformed, not_strict, unknown_version, unknown_value.
[[nodiscard]] Result<FarOrder> parse_far_order(ByteView bytes);

/// Why an order proves nothing, whoever its school is; none where head, place and payload are those
/// of one log and the school that they name orders for itself. Costs one signature.
[[nodiscard]] std::optional<Refusal>
why_unproven(const FarOrder& order, crypto::Verifier& verifier);
/// Why its log is not the school's by the chain that counts of it, or no longer; none when it is.
/// Null: no chain of this school is known. Hashing only.
[[nodiscard]] std::optional<Refusal>
why_not_entitled(const FarOrder& order, const identity::IdentityChain* chain);

} // namespace staffroom::agreement
