// Eight signing keys that everybody knows: the fuzz targets sign with them, so that a changed input
// gets past its signature. Never real keys.
#pragma once

#include "protocol/crypto/signature.hpp"

#include <optional>

namespace staffroom::fuzz {

inline constexpr unsigned test_keys = 8;

/// `number` counts round.
[[nodiscard]] const crypto::SigningKey& test_key(unsigned number);
/// Which of them has this public key.
[[nodiscard]] std::optional<unsigned> test_key_number(const SigningPublicKey& key);

} // namespace staffroom::fuzz
