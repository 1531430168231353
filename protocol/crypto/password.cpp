#include "protocol/crypto/password.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::crypto {

static_assert(stretch_salt_bytes == crypto_pwhash_argon2id_SALTBYTES);

Result<Secret32> stretch(ByteView secret, ByteView salt, const StretchCost& cost) {
    ensure(salt.size() == stretch_salt_bytes);
    if (secret.size() > stretch_secret_bytes_max)
        return fail(Errc::too_large, "a secret of more than 1024 bytes");
    Secret32 key;
    const int outcome = crypto_pwhash_argon2id(
        key.writable().data(),
        Secret32::size_bytes,
        as_text(secret).data(),
        secret.size(),
        salt.data(),
        cost.passes,
        cost.memory_bytes,
        crypto_pwhash_argon2id_ALG_ARGON2ID13
    );
    if (outcome != 0)
        return fail(Errc::io_error, "no memory for Argon2id");
    return key;
}

} // namespace staffroom::crypto
