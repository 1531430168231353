// The Noise handshake (Noise Protocol Framework revision 34), 25519_ChaChaPoly_SHA256. Token
// patterns come from a table, so that every published vector runs; the daemon uses XK and XXpsk0.
// [C1]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"
#include "protocol/channel/transport.hpp"
#include "protocol/crypto/secret.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::channel {

using Psk = crypto::Secret32;
/// The SHA-256 chaining hash of the whole handshake, equal on both sides and unique to each
/// handshake (Noise 11.2).
using HandshakeHash = FixedBytes<struct HandshakeHashTag, 32>;

struct TransportKeyPair {
    crypto::Secret32 secret;
    TransportPublicKey public_key;
    [[nodiscard]] static TransportKeyPair from_secret(const crypto::Secret32& secret);
    [[nodiscard]] TransportKeyPair copy() const { return {secret.copy(), public_key}; }
};

enum class Role { initiator, responder };

struct HandshakeConfig {
    std::string pattern; // "XK", "XXpsk0", ... as in the table
    Role role{Role::initiator};
    Bytes prologue;
    std::optional<TransportKeyPair> own_static;
    std::optional<TransportPublicKey> remote_static; // where the pattern's pre-message demands it
    std::vector<Psk> psks;                           // in the order of the pattern's psk tokens
};

/// One handshake. Messages alternate, the initiator first; `write` and `read` refuse out of turn.
class Handshake {
public:
    /// Starts a handshake. Errors: unknown_value (no such pattern), bad_key (a needed key is
    /// absent).
    [[nodiscard]] static Result<Handshake> start(HandshakeConfig config);

    Handshake(const Handshake&) = delete;
    Handshake& operator=(const Handshake&) = delete;
    Handshake(Handshake&&) noexcept;
    Handshake& operator=(Handshake&&) noexcept;
    ~Handshake();

    /// Writes our next message, with `payload` inside. The ephemeral key comes from `random`.
    /// Errors: not_allowed (not our turn), too_large, bad_key (Diffie-Hellman result all zero).
    [[nodiscard]] Result<Bytes> write(ByteView payload, Random& random);
    /// Reads the other side's next message and returns its payload. Errors: not_allowed, too_large,
    /// truncated, decrypt_failed, bad_key.
    [[nodiscard]] Result<Bytes> read(ByteView message);

    [[nodiscard]] bool is_my_turn() const;
    [[nodiscard]] bool is_settled() const;
    /// Returns the other side's static key once its `s` token has been read, or at once where it
    /// was known before.
    [[nodiscard]] const std::optional<TransportPublicKey>& remote_static() const;
    /// Returns the handshake hash. Call it only when settled.
    [[nodiscard]] HandshakeHash handshake_hash() const;
    /// Returns the two cipher states, ours to send and theirs to receive. Call it once, and only
    /// when settled.
    [[nodiscard]] Transport split();

private:
    struct State;
    explicit Handshake(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Returns what both sides of a link put in front of their handshake. [C1]
[[nodiscard]] Bytes link_prologue();

/// Returns every pattern in the table, by name.
[[nodiscard]] std::vector<std::string_view> known_patterns();

} // namespace staffroom::channel
