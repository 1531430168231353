// The way by which records came that were passed on, network by network. A passing network could
// leave a hop out, put one in, or pass on what it may not: so each hop brings the agreement that
// its giver signed and the passport that its giver's coordinators signed, and the passport behind
// it names it. [A8]
#pragma once

#include "protocol/agreement/relay/relay.hpp"

namespace staffroom::agreement {

/// A trail that holds: the networks and what each gave by, the author's own first.
struct Trail {
    std::vector<NetworkId> networks; // up to the one that hands over
    std::vector<SharingId> links{};  // one fewer
    std::vector<Terms> terms{};      // likewise
};

/// The last step, which the receiver knows without being told.
struct LastStep {
    const Passport& passport;
    const Side& giver;
    const NetworkId& receiver;
};

/// Whether every network of a trail may hand on what it had, and the last of them may give it to
/// the receiver by these terms of its own. [A8]
[[nodiscard]] bool may_pass(const Trail& trail, const Terms& last_gives, const NetworkId& receiver);

/// Reads the trail of a relay into `trail`, or says what is wrong with it. `chain_of` has to know
/// the coordinators on the way.
[[nodiscard]] std::optional<Refusal> read_trail(
    const Relay& relay,
    const LastStep& last,
    const ChainFinder& chain_of,
    crypto::Verifier& verifier,
    Trail& trail
);

} // namespace staffroom::agreement
