// A verifier that counts the signatures it is asked about, so that a test can say what an act
// costs.
#pragma once

#include "protocol/crypto/signature.hpp"

namespace staffroom::tests {

class CountingVerifier final : public crypto::Verifier {
public:
    bool verify(
        crypto::SignLabel label,
        const SigningPublicKey& key,
        ByteView message,
        const Signature& signature
    ) override {
        ++calls;
        return verifier_.verify(label, key, message, signature);
    }
    std::size_t calls = 0;

private:
    crypto::SodiumVerifier verifier_;
};

} // namespace staffroom::tests
