// Sealed messages after a handshake: a counter nonce per direction, a new key every
// limits::rekey_messages, and the end at the first tag that does not open (Noise 5.1, 11.3). [C3]
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::channel {

/// One direction's key and counter (Noise 5.1).
class CipherState {
public:
    explicit CipherState(crypto::Secret32 key)
        : key_(std::move(key)) {}
    /// Appends ciphertext and tag to `out`.
    void encrypt(ByteView associated_data, ByteView plain, Bytes& out);
    /// Appends the plaintext to `out`. On an error the counter does not move. Errors: truncated,
    /// decrypt_failed.
    [[nodiscard]] Result<void> decrypt(ByteView associated_data, ByteView sealed, Bytes& out);
    /// Replaces the key by Noise 4.2, REKEY.
    void rekey();
    [[nodiscard]] std::uint64_t counter() const { return counter_; }
    void set_counter(std::uint64_t counter) { counter_ = counter; }

private:
    crypto::Secret32 key_;
    std::uint64_t counter_ = 0;
};

class Transport {
public:
    Transport(CipherState send, CipherState receive)
        : send_(std::move(send))
        , receive_(std::move(receive)) {}
    /// Seals at most limits::frame_plain_bytes_max bytes and appends them to `out`.
    void seal(ByteView plain, Bytes& out);
    /// Opens one message and appends it to `out`. After one failure every call fails. Errors:
    /// truncated, decrypt_failed.
    [[nodiscard]] Result<void> open(ByteView sealed, Bytes& out);

private:
    CipherState send_;
    CipherState receive_;
    bool broken_ = false;
};

} // namespace staffroom::channel
