#include "protocol/crypto/signature.hpp"

#include "protocol/base/ensure.hpp"

#include <string_view>

namespace staffroom::crypto {
namespace {

/// Returns the 16 bytes of a label, the last of them the version. A prefix of fixed length cannot
/// be confused with content.
std::string_view sign_label_text(SignLabel label) {
    switch (label) {
    case SignLabel::chain_event: return "sr.sig.chain..\x00\x01";
    case SignLabel::head: return "sr.sig.head...\x00\x01";
    case SignLabel::notice: return "sr.sig.notice.\x00\x01";
    case SignLabel::admission: return "sr.sig.admit..\x00\x01";
    case SignLabel::recovery: return "sr.sig.recover\x00\x01";
    case SignLabel::invitation: return "sr.sig.invite.\x00\x01";
    case SignLabel::link_offer: return "sr.sig.linkoff\x00\x01";
    case SignLabel::link_accept: return "sr.sig.linkacc\x00\x01";
    case SignLabel::agreement: return "sr.sig.agreemt\x00\x01";
    case SignLabel::card: return "sr.sig.card...\x00\x01";
    case SignLabel::passport: return "sr.sig.passprt\x00\x01";
    case SignLabel::agreement_end: return "sr.sig.agr-end\x00\x01";
    case SignLabel::far_receipt: return "sr.sig.farrcpt\x00\x01";
    case SignLabel::backup: return "sr.sig.backup.\x00\x01";
    }
    return {};
}

Bytes labelled(SignLabel label, ByteView bytes) {
    const char* text = sign_label_text(label).data();
    Bytes message;
    message.reserve(16 + bytes.size());
    append(message, as_view(std::string_view(text, 16)));
    append(message, bytes);
    return message;
}

} // namespace

SigningKey::SigningKey(const Secret32& seed)
    : public_key_(public_key_of(seed)) {
    std::array<std::uint8_t, 32> public_raw{};
    const int outcome = crypto_sign_ed25519_seed_keypair(
        public_raw.data(), expanded_.writable().data(), seed.view().data()
    );
    ensure(outcome == 0);
}

SigningKey::SigningKey(const Secret<64>& expanded, const SigningPublicKey& public_key)
    : expanded_(expanded.copy())
    , public_key_(public_key) {}

SigningKey SigningKey::copy() const {
    return {expanded_, public_key_};
}

Signature SigningKey::sign(SignLabel label, ByteView bytes) const {
    const Bytes message = labelled(label, bytes);
    Signature::Raw raw{};
    crypto_sign_ed25519_detached(
        raw.data(), nullptr, message.data(), message.size(), expanded_.view().data()
    );
    return Signature(raw);
}

bool SodiumVerifier::verify(
    SignLabel label, const SigningPublicKey& key, ByteView bytes, const Signature& signature
) {
    return verify_raw(key, labelled(label, bytes), signature);
}

Signature sign_raw(const Secret32& seed, ByteView message) {
    std::array<std::uint8_t, 32> public_raw{};
    Secret<64> expanded;
    crypto_sign_ed25519_seed_keypair(
        public_raw.data(), expanded.writable().data(), seed.view().data()
    );
    Signature::Raw raw{};
    crypto_sign_ed25519_detached(
        raw.data(), nullptr, message.data(), message.size(), expanded.view().data()
    );
    return Signature(raw);
}

bool verify_raw(const SigningPublicKey& key, ByteView message, const Signature& signature) {
    return crypto_sign_ed25519_verify_detached(
               signature.raw().data(), message.data(), message.size(), key.raw().data()
           ) == 0;
}

SigningPublicKey public_key_of(const Secret32& seed) {
    SigningPublicKey::Raw raw{};
    Secret<64> expanded;
    crypto_sign_ed25519_seed_keypair(raw.data(), expanded.writable().data(), seed.view().data());
    return SigningPublicKey(raw);
}

} // namespace staffroom::crypto
