// Stretches what a person typed (an invitation's code, a passphrase) into a key, so that each guess
// costs an attacker time and memory: Argon2id (RFC 9106) by libsodium. It is slow on purpose;
// callers run it off the main thread.
#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::crypto {

// Part of the format: another number gives another key.
inline constexpr std::size_t stretch_memory_bytes = 64 * limits::kib * limits::kib;
inline constexpr std::uint64_t stretch_passes = 2;
inline constexpr std::size_t stretch_salt_bytes = 16;
/// Nobody types more: a longer input is a mistake or an attempt to keep this node busy.
inline constexpr std::size_t stretch_secret_bytes_max = 1024;

/// What a key of ours costs; accounts of one school's own node may cost more or less.
struct StretchCost {
    std::size_t memory_bytes = stretch_memory_bytes;
    std::uint64_t passes = stretch_passes;
};

/// The key of `secret` and a salt of exactly stretch_salt_bytes. About a tenth of a second and 64
/// MiB, unless `cost` says otherwise. Errors: too_large (the secret), io_error (no memory to be
/// had).
[[nodiscard]] Result<Secret32>
stretch(ByteView secret, ByteView salt, const StretchCost& cost = {});

} // namespace staffroom::crypto
