// The question before old keys are ended: what counts of them is what this node holds, so a network
// that it has not joined, and a member that it has not reached, would lose the rest. Called by
// `recover` and `key rotate`.
#pragma once

#include "cli/client/client.hpp"
#include "cli/keys/own_keys.hpp"
#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

namespace staffroom::cli {

/// Counts the keys of the school that are neither ended nor this node's own.
[[nodiscard]] std::size_t count_other_keys(const OwnKeys& keys);

/// Names the networks that are here and the members that this node is not in sync with, and asks
/// whether the school was in any other network. True: it was in none, and the old keys may be
/// ended. The attack, without an attacker: a school in two networks comes back with a code of one,
/// and all that it wrote in the other is void for ever [I2]; or the one neighbour that answers had
/// not fetched it yet. So silence and --yes are no answer; a script says it with
/// --no-other-network. Failures: those of Client::get.
[[nodiscard]] Outcome<bool> is_nowhere_else(
    Client& client, const OwnKeys& keys, bool is_said, const Options& options, Output& output
);

} // namespace staffroom::cli
