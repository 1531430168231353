#include "protocol/crypto/sealed.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::crypto {
namespace {

using ExchangeKey = std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES>;

std::optional<ExchangeKey> exchange_key_of(const SigningPublicKey& key) {
    ExchangeKey out{};
    if (crypto_sign_ed25519_pk_to_curve25519(out.data(), key.raw().data()) != 0)
        return std::nullopt;
    return out;
}

} // namespace

Result<Bytes> seal_to(const SigningPublicKey& key, ByteView plain) {
    const auto exchange = exchange_key_of(key);
    if (!exchange)
        return fail(Errc::bad_key);
    Bytes sealed(crypto_box_SEALBYTES + plain.size());
    if (crypto_box_seal(sealed.data(), plain.data(), plain.size(), exchange->data()) != 0)
        return fail(Errc::bad_key);
    return sealed;
}

Result<Bytes> open_sealed(const SigningKey& key, ByteView sealed) {
    const auto exchange = exchange_key_of(key.public_key());
    Secret32 secret;
    if (!exchange || crypto_sign_ed25519_sk_to_curve25519(
                         secret.writable().data(), key.expanded_.view().data()
                     ) != 0)
        return fail(Errc::decrypt_failed);
    if (sealed.size() < crypto_box_SEALBYTES)
        return fail(Errc::decrypt_failed);
    Bytes plain(sealed.size() - crypto_box_SEALBYTES);
    if (crypto_box_seal_open(
            plain.data(), sealed.data(), sealed.size(), exchange->data(), secret.view().data()
        ) != 0)
        return fail(Errc::decrypt_failed);
    return plain;
}

Bytes seal_content(const Secret32& key, const Digest& name, ByteView plain) {
    static_assert(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES <= Digest::size_bytes);
    static_assert(crypto_aead_xchacha20poly1305_ietf_ABYTES == sealed_content_overhead);
    Bytes sealed(plain.size() + sealed_content_overhead);
    const int outcome = crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed.data(),
        nullptr,
        plain.data(),
        plain.size(),
        name.raw().data(),
        Digest::size_bytes,
        nullptr,
        name.raw().data(),
        key.view().data()
    );
    ensure(outcome == 0);
    return sealed;
}

Result<Bytes> open_content(const Secret32& key, const Digest& name, ByteView sealed) {
    if (sealed.size() < sealed_content_overhead)
        return fail(Errc::decrypt_failed);
    Bytes plain(sealed.size() - sealed_content_overhead);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain.data(),
            nullptr,
            nullptr,
            sealed.data(),
            sealed.size(),
            name.raw().data(),
            Digest::size_bytes,
            name.raw().data(),
            key.view().data()
        ) != 0)
        return fail(Errc::decrypt_failed);
    return plain;
}

} // namespace staffroom::crypto
