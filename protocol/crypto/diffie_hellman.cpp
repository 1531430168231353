#include "protocol/crypto/diffie_hellman.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::crypto {

Result<Secret32> shared_secret(const Secret32& own_secret, const TransportPublicKey& other) {
    Secret32 shared;
    const int outcome = crypto_scalarmult_curve25519(
        shared.writable().data(), own_secret.view().data(), other.raw().data()
    );
    if (outcome != 0)
        return fail(Errc::bad_key, "a public key of low order");
    return shared;
}

TransportPublicKey transport_public_key(const Secret32& secret) {
    TransportPublicKey::Raw raw{};
    const int outcome = crypto_scalarmult_curve25519_base(raw.data(), secret.view().data());
    ensure(outcome == 0);
    return TransportPublicKey(raw);
}

} // namespace staffroom::crypto
