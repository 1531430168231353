// Which school a recovery phrase speaks for: the places to ask, as they were typed, and the best
// chain of keys that they and the folder know. It writes nothing. Called by `recover`.
#pragma once

#include "cli/keys/chain_call.hpp"
#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

namespace staffroom::cli {

/// Reads the pairs of --from and --network-code, in their order; a code that is "-" or was not
/// given is read from standard input. Failures: usage (an address without a code, or a code
/// without an address).
[[nodiscard]] Outcome<std::vector<ChainSource>>
typed_sources(const RecoverCommand& command, const Options& options, Output& output);

/// What is known of the school before anything is written.
struct KnownSchool {
    Bytes chain;
    std::string name;                  // empty: nobody has said it
    std::vector<std::string> networks; // of the codes; none: the chain comes from the folder
    std::string linked_with;           // who hears its old server at this moment; empty: nobody
};

/// Asks every source, and the folder's file `identity` where there is one, and keeps the chain that
/// counts before the others. The attack, without an attacker: a neighbour that is behind hands over
/// a chain that the school has left long ago. Failures: those of ask_for_chain; usage (no source
/// and no file); refused (two of them know the phrase as two schools).
[[nodiscard]] Outcome<KnownSchool> find_school(
    const std::vector<ChainSource>& sources,
    const std::filesystem::path& folder,
    const RootKeys& keys
);

} // namespace staffroom::cli
