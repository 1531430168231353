// Authenticated encryption by libsodium: ChaCha20-Poly1305 (RFC 8439) for the channel, whose
// counter gives the nonce; XChaCha20-Poly1305 for stored and circle data, whose nonce is random.
// The caller chooses the nonce and must never use one twice with the same key.
#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::crypto {

using CounterNonce = FixedBytes<struct CounterNonceTag, 12>;
using RandomNonce = FixedBytes<struct RandomNonceTag, 24>;

/// Data that both sides know and the tag covers, but the message does not carry.
struct AssociatedData {
    ByteView bytes;
};

/// Appends ciphertext and tag to `out`, limits::aead_tag_bytes more than `plain`, which must not
/// lie in `out`.
void seal(
    const Secret32& key,
    const CounterNonce& nonce,
    AssociatedData associated_data,
    ByteView plain,
    Bytes& out
);
void seal(
    const Secret32& key,
    const RandomNonce& nonce,
    AssociatedData associated_data,
    ByteView plain,
    Bytes& out
);

/// Appends the plaintext to `out`; on failure `out` is as it was. `sealed` must not lie in `out`.
/// Errors: truncated (shorter than a tag), decrypt_failed.
[[nodiscard]] Result<void> open(
    const Secret32& key,
    const CounterNonce& nonce,
    AssociatedData associated_data,
    ByteView sealed,
    Bytes& out
);
[[nodiscard]] Result<void> open(
    const Secret32& key,
    const RandomNonce& nonce,
    AssociatedData associated_data,
    ByteView sealed,
    Bytes& out
);

} // namespace staffroom::crypto
