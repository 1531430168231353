// Passing on, as the network that does it sees it: whether a record that came from another network
// may go one network further, and the hop by which whoever gets it there proves the way. The
// attacks: a gateway passes on what its author, the first agreement or the one with the receiver
// does not let pass; what came comes back. The receiver asks the same of the trail that it is
// shown. Not here: who carries what to whom (replica/crossing). [A8] [A15]
#pragma once

#include "protocol/agreement/relay/relay.hpp"

namespace staffroom::agreement {

/// A link by which something may go one network further, as the passing network has it.
struct Onward {
    NetworkId passing;
    NetworkId receiver;
    SharingId link;
    const Terms& gives; // what the passing network gives by it
};

/// Why a record that crosses to the passing network by this proof goes no further by that link;
/// none when it does. Hashing only.
[[nodiscard]] std::optional<Refusal>
why_not_onward(const CheckedProof& proof, const log::EntryHeader& header, const Onward& to);

/// How what its giver gave by this link came here, with the giver's passport: by the agreement that
/// the passport names, in force or replaced. None where it is of no agreement of this link, or not
/// of the card in force, though it was when it came: nobody would take the hop. None where a card
/// of the giver is not kept as it was signed.
[[nodiscard]] std::optional<Hop>
hop_of(const Standing& came_by, const NetworkId& giver, SignedStatement passport);

/// The schools whose chains the receiver needs to check a hop: those of its signatures that are
/// coordinators on one of its cards.
[[nodiscard]] std::vector<SchoolId> signatories_of(const Hop& hop);

/// The schools whose chains the receiver needs of what came and is passed on by this hop and
/// passport, those that it needs first before others. The attack: a gateway of the giver puts
/// chains, or signatures in the names, of schools that it wonders about into a relay, and learns
/// one network further what is known of them here; or so many that those of who signs here do not
/// fit.
[[nodiscard]] std::vector<SchoolId>
schools_on_the_way(const Relay& came, const Hop& hop, const SignedStatement& passport);

} // namespace staffroom::agreement
