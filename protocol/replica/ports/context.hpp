// The context of every part of a replica: the time of this call, randomness, the verifier, the keys
// and the outbox.
#pragma once

#include "protocol/base/random.hpp"
#include "protocol/channel/handshake.hpp"
#include "protocol/replica/ports/events.hpp"

namespace staffroom::replica {

/// The keys of this node, as its certificate names them.
struct NodeKeys {
    crypto::SigningKey signing;
    channel::TransportKeyPair transport;
};

struct Context {
    NodeKeys keys;
    SchoolId school;
    Random& random;
    crypto::Verifier& verifier;
    Instant now{0};
    WallTime wall{0};
    Outbox* out = nullptr; // of the call in progress
    std::uint64_t last_store = 0;
    std::uint64_t last_load = 0;
    std::uint64_t last_file_work = 0;
    std::uint64_t last_erasure = 0;
    std::uint64_t last_dialled = 0;

    template <class Effect> void emit(Effect effect) { out->emplace_back(std::move(effect)); }

    [[nodiscard]] LoadId load(LoadAsk what) {
        const LoadId id{++last_load};
        emit(Load{id, std::move(what)});
        return id;
    }
    [[nodiscard]] FileWorkId work_on_file(FileWork what) {
        const FileWorkId id{++last_file_work};
        emit(WorkOnFile{id, std::move(what)});
        return id;
    }
};

} // namespace staffroom::replica
