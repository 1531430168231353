// Keys from keys: SHA-256, HMAC-SHA256, HKDF-SHA256 (RFC 5869) and PBKDF2-HMAC-SHA512 (RFC 8018),
// composed of libsodium's hashes. The Noise channel and the recovery phrase need exactly these;
// everything of our own is hashed with crypto/hash, and what a person typed is stretched with
// crypto/password.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::crypto {

[[nodiscard]] Digest sha256(ByteView message);

/// Returns the full 32-byte tag; `key` may have any length (RFC 2104).
[[nodiscard]] Secret32 hmac_sha256(ByteView key, ByteView message);

/// Returns the pseudorandom key of `key_material`. An empty salt counts as 32 zero bytes. RFC 5869
/// 2.2.
[[nodiscard]] Secret32 hkdf_extract(ByteView salt, ByteView key_material);

/// The longest output of one key (RFC 5869 2.3).
inline constexpr std::size_t hkdf_bytes_max = 255 * std::size_t{32};

/// Fills all of `out` from the pseudorandom key. Errors: out_of_range when `out` is longer than
/// hkdf_bytes_max. RFC 5869 2.3.
[[nodiscard]] Result<void>
hkdf_expand(const Secret32& pseudorandom_key, ByteView info, std::span<std::uint8_t> out);

/// Fills all of `out`; `rounds` > 0. Two hashes per round and 64 bytes of output. RFC 8018 5.2.
void pbkdf2_hmac_sha512(
    ByteView password, ByteView salt, std::uint32_t rounds, std::span<std::uint8_t> out
);

} // namespace staffroom::crypto
