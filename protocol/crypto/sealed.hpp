// Bytes closed for a later day: to whoever will have a school's recovery phrase, and to whoever has
// a key of 32 bytes. Not here: messages on a link (crypto/aead) and what is sealed. Used by the
// backups of storage/backup.
#pragma once

#include "protocol/crypto/signature.hpp"

namespace staffroom::crypto {

/// Seals `plain` to the holder of a signing key, who alone opens it (libsodium's sealed box, to the
/// X25519 form of the key). Who sealed it stays unknown. Errors: bad_key.
[[nodiscard]] Result<Bytes> seal_to(const SigningPublicKey& key, ByteView plain);
/// Errors: decrypt_failed (sealed to another key, or changed).
[[nodiscard]] Result<Bytes> open_sealed(const SigningKey& key, ByteView sealed);

/// Bytes that a content takes more once it is sealed.
inline constexpr std::size_t sealed_content_overhead = 16;
/// Seals a content under its name, which has to be a keyed hash of the content: its first 24 bytes
/// are the nonce of XChaCha20-Poly1305, so equal contents give equal bytes and no nonce serves two.
[[nodiscard]] Bytes seal_content(const Secret32& key, const Digest& name, ByteView plain);
/// Errors: decrypt_failed (another key or name, or changed). Whether `name` is the content's is for
/// the caller to see.
[[nodiscard]] Result<Bytes> open_content(const Secret32& key, const Digest& name, ByteView sealed);

} // namespace staffroom::crypto
