// Ed25519 (RFC 8032) over label ‖ version ‖ bytes. A signature could otherwise be reused in another
// place, so one that was made for one place is never valid in another. Verification is libsodium's:
// low-order keys, small-order R and S >= L are refused.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/base/result.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::crypto {

/// The use of a signature. Signed: never change a label's text or its version. [H2]
enum class SignLabel {
    chain_event, // by a root key: certificates, root changes, revocations
    head,        // by a node key
    notice,      // by a node key
    admission,   // by an invitation's admit key: handshake hash, inception, charter hash
    recovery,    // by a root key: handshake hash
    invitation,  // by an invitation's admit key: network, inviter
    link_offer,  // by the key of a code for another network: card, terms
    link_accept, // by the key of a code for another network: handshake hash, agreement
    // by a node key of a coordinator, for its network:
    agreement,
    card,
    passport,
    agreement_end,
    far_receipt, // of a gateway, for its network: who has carried out an order from another one
    backup,      // by a node key: what a backup holds
};

class SigningKey {
public:
    /// Makes a key from `seed`, the RFC 8032 private key.
    explicit SigningKey(const Secret32& seed);
    [[nodiscard]] const SigningPublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Signature sign(SignLabel label, ByteView bytes) const;
    [[nodiscard]] SigningKey copy() const;

private:
    friend Result<Bytes> open_sealed(const SigningKey& key, ByteView sealed);
    SigningKey(const Secret<64>& expanded, const SigningPublicKey& public_key);
    Secret<64> expanded_;
    SigningPublicKey public_key_;
};

/// A check of signatures. The daemon's verifier checks each one; the simulator passes one that
/// remembers, because there hundreds of replicas meet the same signature.
class Verifier {
public:
    Verifier() = default;
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;
    Verifier(Verifier&&) = delete;
    Verifier& operator=(Verifier&&) = delete;
    virtual ~Verifier() = default;

    [[nodiscard]] virtual bool verify(
        SignLabel label, const SigningPublicKey& key, ByteView bytes, const Signature& signature
    ) = 0;
};

class SodiumVerifier final : public Verifier {
public:
    [[nodiscard]] bool verify(
        SignLabel label, const SigningPublicKey& key, ByteView bytes, const Signature& signature
    ) override;
};

/// Sign and verify by bare RFC 8032, without a label: for the published vectors.
[[nodiscard]] Signature sign_raw(const Secret32& seed, ByteView message);
[[nodiscard]] bool
verify_raw(const SigningPublicKey& key, ByteView message, const Signature& signature);
[[nodiscard]] SigningPublicKey public_key_of(const Secret32& seed);

} // namespace staffroom::crypto
