// The attacks of a hostile member on its line, one mode each. It holds real keys and stands on the
// roster, so everything it says is well sealed and mostly well signed; that makes it harmful.
// Called by the main loop of hostile_member.
#pragma once

#include "protocol/crypto/signature.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/replica/ports/store.hpp"
#include "tests/hostile/line.hpp"

#include <string_view>

namespace staffroom::hostile {

/// Who it is and what it knows of the network from its time as an honest node.
struct Member {
    crypto::SigningKey signing;
    channel::TransportKeyPair transport;
    identity::IdentityChain chain;
    NetworkId network;
    crypto::Secret32 seed;        // of the network's genesis
    crypto::Secret32 meeting_key; // from that seed
    std::vector<replica::LogState> logs;
    std::vector<TransportPublicKey> others; // keys of the other schools' nodes
    std::vector<Bytes> governance;          // operations of the network
};

/// What a mode works with while its line lasts.
struct Act {
    const Member& member;
    Random& random;
    Line& line;
    wire::Token token;
    std::uint64_t count = 0; // calls so far, on all lines
};

struct Mode {
    std::string_view name;
    bool reads;
    /// Queues more; called again whenever little is queued.
    void (*act)(Act& act);
    /// Answers what has arrived; null: passes over it.
    void (*answer)(Act& act, const wire::Message& message);
};

/// Null when there is no such mode.
[[nodiscard]] const Mode* find_mode(std::string_view name);
[[nodiscard]] std::vector<std::string_view> mode_names();

void say_hello(Act& act);
/// Asks who is there as somebody who knows nothing of the network.
void ask_who(Act& act);
/// What a message tells such a one: a hello, its networks, its chain.
[[nodiscard]] std::uint64_t learned_from(const wire::Message& message);

} // namespace staffroom::hostile
