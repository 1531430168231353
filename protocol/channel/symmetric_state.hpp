// The symmetric state of a Noise handshake (Noise 5.2): chaining key, handshake hash and, once
// there is a key, the cipher for what follows. It knows no tokens and no Diffie-Hellman;
// channel/handshake feeds it. [C1]
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/channel/transport.hpp"
#include "protocol/crypto/secret.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace staffroom::channel {

class SymmetricState {
public:
    /// InitializeSymmetric: `protocol_name` is "Noise_XK_25519_ChaChaPoly_SHA256" or its like.
    explicit SymmetricState(std::string_view protocol_name);

    void mix_key(ByteView key_material);
    void mix_hash(ByteView bytes);
    /// Mixes in a pre-shared key, which must change the hash as well (Noise 9.2).
    void mix_key_and_hash(ByteView key_material);

    /// Tells whether encrypt_and_hash seals; before the first key it appends the plain bytes.
    [[nodiscard]] bool has_key() const { return cipher_.has_value(); }
    void encrypt_and_hash(ByteView plain, Bytes& out);
    /// Opens `sealed` and mixes it into the hash. Errors: truncated, decrypt_failed.
    [[nodiscard]] Result<void> decrypt_and_hash(ByteView sealed, Bytes& out);

    [[nodiscard]] const Digest& hash() const { return hash_; }
    /// Returns the cipher of the initiator's messages, then that of the responder's.
    [[nodiscard]] std::pair<CipherState, CipherState> split() const;

private:
    crypto::Secret32 chaining_key_;
    Digest hash_;
    std::optional<CipherState> cipher_;
};

} // namespace staffroom::channel
