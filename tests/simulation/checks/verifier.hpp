// One verifier for all replicas of a world: each distinct signature is checked for real once, for
// hundreds of replicas meet the same one. The world also sees every head that crosses a line here,
// since nobody acts upon a head before it has been verified.
#pragma once

#include "protocol/crypto/signature.hpp"
#include "protocol/log/head.hpp"

#include <functional>
#include <unordered_map>

namespace staffroom::simulation {

class MemoVerifier final : public crypto::Verifier {
public:
    /// Told of each head with a good signature, once, and of the key that signed it.
    using HeadSeen = std::function<void(const SigningPublicKey&, const log::Head&)>;
    explicit MemoVerifier(HeadSeen head_seen)
        : head_seen_(std::move(head_seen)) {}

    [[nodiscard]] bool verify(
        crypto::SignLabel label,
        const SigningPublicKey& key,
        ByteView bytes,
        const Signature& signature
    ) override;

private:
    struct First8 {
        std::size_t operator()(const Digest& digest) const;
    };
    crypto::SodiumVerifier real_;
    HeadSeen head_seen_;
    std::unordered_map<Digest, bool, First8> known_; // looked up only, never walked
};

} // namespace staffroom::simulation
