// The end of a node's key, said by the key itself instead of the id of its certificate. [I2]
#pragma once

#include "protocol/base/ensure.hpp"
#include "protocol/identity/chain.hpp"

namespace staffroom::tests {

/// `chain` with one more event: this node's logs count no further than their pins.
inline Bytes revoke(
    ByteView chain,
    const crypto::SigningKey& root,
    const SigningPublicKey& node,
    std::vector<identity::LogPin> pins
) {
    crypto::SodiumVerifier verifier;
    const auto known = identity::IdentityChain::parse(chain, verifier);
    ensure(known.has_value() && known->find_signing(node) != nullptr);
    auto longer = identity::revoke(
        chain, root, known->find_signing(node)->certificate.id, std::move(pins), verifier
    );
    ensure(longer.has_value());
    return std::move(*longer);
}

} // namespace staffroom::tests
