// What a person's password opens: the account, and their two keys. The password is stretched once
// (Argon2id) to a master from which a check value and a wrapping key are derived apart, so the
// stored check tells nothing about the keys. Pure and slow: called on the password lane.
//
//   password --Argon2id(salt)--> master --person_check--> check, stored
//                                       \-person_wrap---> key that seals Ed25519 and X25519 secrets
#pragma once

#include "node/accounts/base/role.hpp"
#include "protocol/base/ids.hpp"
#include "protocol/base/random.hpp"
#include "protocol/crypto/aead.hpp"

namespace staffroom::accounts {

using PasswordSalt = FixedBytes<struct PasswordSaltTag, 16>;

struct PasswordCost {
    std::uint64_t memory_mib;
    std::uint64_t passes;
    friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};
inline constexpr std::uint64_t password_memory_mib_max = 1024;
inline constexpr std::uint64_t password_passes = 2;

/// Whether anybody could have set this: a damaged row must not take all memory.
[[nodiscard]] bool is_cost(const PasswordCost& cost);

/// Stored: its layout is accounts/people/account_rows.
struct Credentials {
    PasswordCost cost;
    PasswordSalt salt;
    Digest check;
    SigningPublicKey signing;
    EncryptionPublicKey encryption;
    crypto::RandomNonce nonce;
    Bytes sealed; // Ed25519 seed ‖ X25519 secret, and a tag
    friend bool operator==(const Credentials&, const Credentials&) = default;
};

struct PersonKeys {
    crypto::Secret32 signing_seed;
    crypto::Secret32 encryption;
};

/// New random keys.
[[nodiscard]] PersonKeys make_person_keys(Random& random);

/// What is drawn before the slow part: a source of randomness belongs to one thread.
struct CredentialSeeds {
    PasswordSalt salt;
    crypto::RandomNonce nonce;
};
[[nodiscard]] CredentialSeeds draw_seeds(Random& random);

/// Errors: too_large (a password of over 1,024 bytes), io_error (no memory).
[[nodiscard]] Result<Credentials> seal_credentials(
    const PersonId& person,
    std::string_view password,
    const PersonKeys& keys,
    const CredentialSeeds& seeds,
    PasswordCost cost
);

/// The person's keys. Errors: decrypt_failed (another password, or another person's row),
/// too_large, io_error.
[[nodiscard]] Result<PersonKeys>
open_credentials(const PersonId& person, std::string_view password, const Credentials& credentials);

/// Overwrites a password where it waited.
void wipe_password(std::string& password);

/// Takes as long as opening and opens nothing, so that a stranger cannot hear whether a name has an
/// account.
void spend_as_much(std::string_view password, PasswordCost cost);

} // namespace staffroom::accounts
