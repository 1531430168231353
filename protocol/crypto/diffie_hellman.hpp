// X25519 (RFC 7748) by libsodium: the shared secret of our secret key and another's public key. Not
// a handshake: channel/handshake mixes these secrets, and circles seal keys with them.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::crypto {

/// Returns the 32-byte X25519 result, not yet fit to be a cipher key: hash it first. Errors:
/// bad_key when it is all zero, which only a point of low order gives. RFC 7748 6.1.
[[nodiscard]] Result<Secret32>
shared_secret(const Secret32& own_secret, const TransportPublicKey& other);

/// Returns the public key of any 32 secret bytes (they are clamped inside).
[[nodiscard]] TransportPublicKey transport_public_key(const Secret32& secret);

} // namespace staffroom::crypto
