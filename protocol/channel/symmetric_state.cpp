#include "protocol/channel/symmetric_state.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/key_derivation.hpp"

namespace staffroom::channel {
namespace {

/// Pads a name of up to 32 bytes with zeros and hashes a longer one (Noise 5.2).
Digest initial_hash(std::string_view protocol_name) {
    if (protocol_name.size() > Digest::size_bytes)
        return crypto::sha256(as_view(protocol_name));
    Digest::Raw raw{};
    std::copy(protocol_name.begin(), protocol_name.end(), raw.begin());
    return Digest(raw);
}

/// Noise 4.3, HKDF with `Count` outputs: RFC 5869 with the chaining key as salt and no info.
template <std::size_t Count>
std::array<crypto::Secret32, Count>
hkdf(const crypto::Secret32& chaining_key, ByteView key_material) {
    crypto::Secret<Count * crypto::Secret32::size_bytes> all;
    const auto expanded = crypto::hkdf_expand(
        crypto::hkdf_extract(chaining_key.view(), key_material), {}, all.writable()
    );
    ensure(expanded.has_value());
    std::array<crypto::Secret32, Count> keys;
    for (std::size_t i = 0; i < Count; ++i) {
        const ByteView part =
            all.view().subspan(i * crypto::Secret32::size_bytes, crypto::Secret32::size_bytes);
        std::copy(part.begin(), part.end(), keys[i].writable().begin());
    }
    return keys;
}

} // namespace

SymmetricState::SymmetricState(std::string_view protocol_name)
    : hash_(initial_hash(protocol_name)) {
    chaining_key_ = crypto::Secret32(hash_.raw());
}

void SymmetricState::mix_key(ByteView key_material) {
    auto keys = hkdf<2>(chaining_key_, key_material);
    chaining_key_ = std::move(keys[0]);
    cipher_ = CipherState(std::move(keys[1]));
}

void SymmetricState::mix_hash(ByteView bytes) {
    Bytes both = to_bytes(hash_.view());
    append(both, bytes);
    hash_ = crypto::sha256(both);
}

void SymmetricState::mix_key_and_hash(ByteView key_material) {
    auto keys = hkdf<3>(chaining_key_, key_material);
    chaining_key_ = std::move(keys[0]);
    mix_hash(keys[1].view());
    cipher_ = CipherState(std::move(keys[2]));
}

void SymmetricState::encrypt_and_hash(ByteView plain, Bytes& out) {
    const std::size_t start = out.size();
    if (cipher_)
        cipher_->encrypt(hash_.view(), plain, out);
    else
        append(out, plain);
    mix_hash(ByteView(out).subspan(start));
}

Result<void> SymmetricState::decrypt_and_hash(ByteView sealed, Bytes& out) {
    if (cipher_) {
        auto opened = cipher_->decrypt(hash_.view(), sealed, out);
        if (!opened)
            return opened;
    } else {
        append(out, sealed);
    }
    mix_hash(sealed);
    return {};
}

std::pair<CipherState, CipherState> SymmetricState::split() const {
    auto keys = hkdf<2>(chaining_key_, {});
    return {CipherState(std::move(keys[0])), CipherState(std::move(keys[1]))};
}

} // namespace staffroom::channel
