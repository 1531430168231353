#include "node/accounts/signing/credentials.hpp"

#include "protocol/crypto/diffie_hellman.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/crypto/password.hpp"
#include "protocol/crypto/signature.hpp"

namespace staffroom::accounts {
namespace {

using crypto::HashLabel;
using crypto::Secret32;

Result<Secret32>
master_of(std::string_view password, const PasswordSalt& salt, const PasswordCost& cost) {
    const crypto::StretchCost stretch_cost{
        static_cast<std::size_t>(cost.memory_mib) * limits::kib * limits::kib, cost.passes};
    return crypto::stretch(as_view(password), salt.view(), stretch_cost);
}

Digest check_of(const Secret32& master, const PersonId& person) {
    return crypto::keyed_hash(HashLabel::person_check, master.view(), person.view());
}

Secret32 wrapping_key_of(const Secret32& master, const PersonId& person) {
    return Secret32(crypto::keyed_hash(HashLabel::person_wrap, master.view(), person.view()).raw());
}

Secret32 secret_from(Random& random) {
    Secret32 secret;
    random.fill(secret.writable());
    return secret;
}

} // namespace

bool is_cost(const PasswordCost& cost) {
    return cost.memory_mib >= 1 && cost.memory_mib <= password_memory_mib_max && cost.passes >= 1 &&
           cost.passes <= 16;
}

PersonKeys make_person_keys(Random& random) {
    return {secret_from(random), secret_from(random)};
}

CredentialSeeds draw_seeds(Random& random) {
    return {random.make<PasswordSalt>(), random.make<crypto::RandomNonce>()};
}

Result<Credentials> seal_credentials(
    const PersonId& person,
    std::string_view password,
    const PersonKeys& keys,
    const CredentialSeeds& seeds,
    PasswordCost cost
) {
    const auto master = master_of(password, seeds.salt, cost);
    if (!master)
        return fail(master.error());
    Bytes plain = to_bytes(keys.signing_seed.view());
    append(plain, keys.encryption.view());
    Bytes sealed;
    crypto::seal(wrapping_key_of(*master, person), seeds.nonce, {person.view()}, plain, sealed);
    sodium_memzero(plain.data(), plain.size());
    return Credentials{
        cost,
        seeds.salt,
        check_of(*master, person),
        crypto::public_key_of(keys.signing_seed),
        EncryptionPublicKey(crypto::transport_public_key(keys.encryption).raw()),
        seeds.nonce,
        std::move(sealed)};
}

Result<PersonKeys> open_credentials(
    const PersonId& person, std::string_view password, const Credentials& credentials
) {
    const auto master = master_of(password, credentials.salt, credentials.cost);
    if (!master)
        return fail(master.error());
    const Digest check = check_of(*master, person);
    if (sodium_memcmp(check.view().data(), credentials.check.view().data(), Digest::size_bytes) !=
        0)
        return fail(Errc::decrypt_failed, "another password");
    Bytes plain;
    const auto opened = crypto::open(
        wrapping_key_of(*master, person),
        credentials.nonce,
        {person.view()},
        credentials.sealed,
        plain
    );
    if (!opened)
        return fail(opened.error());
    if (plain.size() != 2 * Secret32::size_bytes)
        return fail(Errc::decrypt_failed, "sealed keys of another size");
    PersonKeys keys{
        *Secret32::from(ByteView(plain).first(Secret32::size_bytes)),
        *Secret32::from(ByteView(plain).last(Secret32::size_bytes))};
    sodium_memzero(plain.data(), plain.size());
    return keys;
}

void wipe_password(std::string& password) {
    sodium_memzero(password.data(), password.size());
    password.clear();
}

void spend_as_much(std::string_view password, PasswordCost cost) {
    static_cast<void>(master_of(password, PasswordSalt(PasswordSalt::Raw{}), cost));
}

} // namespace staffroom::accounts
