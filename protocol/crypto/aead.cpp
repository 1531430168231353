#include "protocol/crypto/aead.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::crypto {
namespace {

static_assert(limits::aead_tag_bytes == crypto_aead_chacha20poly1305_ietf_ABYTES);
static_assert(limits::aead_tag_bytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(CounterNonce::size_bytes == crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
static_assert(RandomNonce::size_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);

/// Calls one of libsodium's two ciphers, whose functions have one shape: `encrypt` and `decrypt`
/// are either pair.
template <class Encrypt> // NOLINTNEXTLINE(readability-function-size): what its functions take
void seal_with(
    Encrypt encrypt,
    const Secret32& key,
    ByteView nonce,
    AssociatedData associated_data,
    ByteView plain,
    Bytes& out
) {
    const std::size_t start = out.size();
    out.resize(start + plain.size() + limits::aead_tag_bytes);
    const int outcome = encrypt(
        out.data() + start,
        nullptr,
        plain.data(),
        plain.size(),
        associated_data.bytes.data(),
        associated_data.bytes.size(),
        nullptr,
        nonce.data(),
        key.view().data()
    );
    ensure(outcome == 0);
}

template <class Decrypt> // NOLINTNEXTLINE(readability-function-size): what its functions take
Result<void> open_with(
    Decrypt decrypt,
    const Secret32& key,
    ByteView nonce,
    AssociatedData associated_data,
    ByteView sealed,
    Bytes& out
) {
    if (sealed.size() < limits::aead_tag_bytes)
        return fail(Errc::truncated, "shorter than a tag");
    const std::size_t start = out.size();
    // One byte to spare, so that libsodium is never handed a null pointer for an empty plaintext.
    out.resize(start + sealed.size() - limits::aead_tag_bytes + 1);
    const int outcome = decrypt(
        out.data() + start,
        nullptr,
        nullptr,
        sealed.data(),
        sealed.size(),
        associated_data.bytes.data(),
        associated_data.bytes.size(),
        nonce.data(),
        key.view().data()
    );
    if (outcome != 0) {
        out.resize(start);
        return fail(Errc::decrypt_failed);
    }
    out.pop_back();
    return {};
}

} // namespace

void seal(
    const Secret32& key,
    const CounterNonce& nonce,
    AssociatedData associated_data,
    ByteView plain,
    Bytes& out
) {
    seal_with(
        crypto_aead_chacha20poly1305_ietf_encrypt, key, nonce.view(), associated_data, plain, out
    );
}

void seal(
    const Secret32& key,
    const RandomNonce& nonce,
    AssociatedData associated_data,
    ByteView plain,
    Bytes& out
) {
    seal_with(
        crypto_aead_xchacha20poly1305_ietf_encrypt, key, nonce.view(), associated_data, plain, out
    );
}

Result<void> open(
    const Secret32& key,
    const CounterNonce& nonce,
    AssociatedData associated_data,
    ByteView sealed,
    Bytes& out
) {
    return open_with(
        crypto_aead_chacha20poly1305_ietf_decrypt, key, nonce.view(), associated_data, sealed, out
    );
}

Result<void> open(
    const Secret32& key,
    const RandomNonce& nonce,
    AssociatedData associated_data,
    ByteView sealed,
    Bytes& out
) {
    return open_with(
        crypto_aead_xchacha20poly1305_ietf_decrypt, key, nonce.view(), associated_data, sealed, out
    );
}

} // namespace staffroom::crypto
