// The 24-word recovery phrase (BIP-39, English list from python3-mnemonic at build time) and the
// root keys it gives. The machine shows the phrase once and forgets it, so a thief of the server
// cannot become the school. [I3]
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"
#include "protocol/crypto/signature.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::identity {

/// Returns the words for 16, 20, 24, 28 or 32 bytes of entropy, checksum included (BIP-39
/// "Generating the mnemonic"). Errors: out_of_range for any other length.
[[nodiscard]] Result<std::vector<std::string>> phrase_from_entropy(ByteView entropy);

/// Returns the entropy of a phrase. Case and extra spaces are forgiven, and the first four letters
/// of a word are enough. Errors: malformed (number of words), unknown_value (a word not in the
/// list; detail names its place and the nearest word), bad_checksum.
[[nodiscard]] Result<Bytes> entropy_from_phrase(std::string_view phrase);

/// Derives the BIP-39 seed: PBKDF2-HMAC-SHA512, 2048 rounds, salt "mnemonic" ‖ passphrase.
[[nodiscard]] crypto::Secret<64>
seed_from_phrase(const std::vector<std::string>& words, std::string_view passphrase);

/// Derives root key number `generation` (0 first, 1 the committed next one) from the phrase's seed.
[[nodiscard]] crypto::SigningKey root_key(const crypto::Secret<64>& seed, std::uint32_t generation);

/// Returns one of the 2,048 words.
[[nodiscard]] std::string_view word(std::size_t position);

} // namespace staffroom::identity
