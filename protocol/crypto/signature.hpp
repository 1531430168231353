// Ed25519 (RFC 8032) over label ‖ version ‖ bytes: what is signed for one place is never valid in
// another. Verification is libsodium's: low-order keys, small-order R and S >= L are refused.
#pragma once

#include "protocol/base/ids.hpp"
#include "protocol/crypto/secret.hpp"

namespace staffroom::crypto {

/// What a signature is for. Signed: never change a label's text or its version. [H2]
enum class SignLabel {
    chain_event, // by a root key: certificates, root changes, revocations
    head,        // by a node key
    notice,      // by a node key
    admission,   // by an invitation's admit key: handshake hash, inception, charter hash
    recovery,    // by a root key: handshake hash
};

class SigningKey {
public:
    /// `seed` is the RFC 8032 private key.
    explicit SigningKey(const Secret32& seed);
    [[nodiscard]] const SigningPublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Signature sign(SignLabel label, ByteView bytes) const;
    [[nodiscard]] SigningKey copy() const;

private:
    SigningKey(const Secret<64>& expanded, const SigningPublicKey& public_key);
    Secret<64> expanded_;
    SigningPublicKey public_key_;
};

/// Who checks signatures. The daemon checks each; the simulator passes one that remembers, because
/// there the same signature is met by hundreds of replicas.
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

/// The bare RFC 8032 operations without label: for the published vectors.
[[nodiscard]] Signature sign_raw(const Secret32& seed, ByteView message);
[[nodiscard]] bool
verify_raw(const SigningPublicKey& key, ByteView message, const Signature& signature);
[[nodiscard]] SigningPublicKey public_key_of(const Secret32& seed);

} // namespace staffroom::crypto
