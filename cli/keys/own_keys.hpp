// The keys of this school as its running node tells them, and the two steps that change them: a new
// key for this node, and the end of every other. A node that goes on takes both up from its folder.
// Called by `recover` and `key`; the chain itself is protocol/identity/chain.
#pragma once

#include "cli/client/client.hpp"
#include "cli/keys/phrase_file.hpp"
#include "protocol/identity/chain.hpp"

#include <map>
#include <vector>

namespace staffroom::cli {

/// What a running node tells of its school's keys.
struct OwnKeys {
    std::string name; // of the school, as the settings have it
    identity::IdentityChain chain;
    SigningPublicKey key; // of this node
    bool is_key_ended;    // the school goes on with another node
    /// How far each log in a network counts, of every node that the school ever had.
    std::map<SigningPublicKey, std::vector<identity::LogPin>> logs;
};

/// Asks the node. Failures: those of Client::get; failed, what it says cannot be read.
[[nodiscard]] Outcome<OwnKeys> ask_for_keys(Client& client);

/// Returns the root key of these two that is in force. Failures: refused, the phrase is another
/// school's, or one that was replaced.
[[nodiscard]] Outcome<crypto::SigningKey>
key_in_force(const identity::IdentityChain& chain, const RootKeys& keys);

/// Certifies new keys for this node and lets it go on with them; what the folder keeps to itself is
/// unchanged. Returns the keys as the node tells them then. Failures: refused (`root` is not in
/// force), failed (no event more fits, the disk refuses, the node does not come back).
[[nodiscard]] Outcome<OwnKeys>
renew_key(Client& client, const OwnKeys& before, const crypto::SigningKey& root);

/// Ends every other node key of the school: what such a key wrote counts as far as it stands here,
/// and nothing behind. Returns how many were ended. Failures: as renew_key.
[[nodiscard]] Outcome<std::size_t>
end_other_keys(Client& client, const OwnKeys& before, const crypto::SigningKey& root);

/// Returns the chain with two root changes: the next key of the old phrase commits to the first of
/// the new one, which then commits to its own next. So the new phrase gives the same two keys as
/// any. Failures: refused, the phrase is not in force or gives no next key any more.
[[nodiscard]] Outcome<Bytes>
replaced_phrase(const identity::IdentityChain& chain, const RootKeys& old, const RootKeys& fresh);

/// Puts a longer chain into the folder and lets the node take it up. Failures: as renew_key.
[[nodiscard]] Outcome<OwnKeys> put_chain(Client& client, ByteView chain);

/// Waits until every neighbour that can be reached has the same as this node. Returns the names of
/// those that could not be reached. Failures: unreachable, none was; failed, some were still behind
/// when `patience` ended.
[[nodiscard]] Outcome<std::vector<std::string>>
sync_all(Client& client, std::chrono::seconds patience);

} // namespace staffroom::cli
