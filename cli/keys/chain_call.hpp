// The call of a school that has nothing but its recovery phrase: one talk with a neighbour, over an
// invitation's key, that brings its own identity chain. The talk itself is
// protocol/recovery/chain_request; here are the socket, the deadline and the sentences. Called by
// `recover`.
#pragma once

#include "cli/keys/phrase_file.hpp"
#include "protocol/recovery/chain_request.hpp"

#include <string>

namespace staffroom::cli {

/// Where to ask, as a person typed it.
struct ChainSource {
    std::string address; // HOST:PORT of a member
    std::string code;    // an open invitation to any network of the school
};

/// Asks for the chain that one of these keys leads. Failures: usage (no address, no code);
/// unreachable (nobody there, or nobody that knows the code); refused (a spent or ended code, no
/// school there has this phrase).
[[nodiscard]] Outcome<recovery::FoundChain>
ask_for_chain(const ChainSource& source, const RootKeys& keys);

} // namespace staffroom::cli
