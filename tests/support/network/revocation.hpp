// The end of a node's key, as its school's root key writes it into the chain. No command writes one
// yet. [I2]
#pragma once

#include "protocol/base/ensure.hpp"
#include "protocol/identity/chain_events.hpp"

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
    auto parts = identity::decode_chain(chain);
    ensure(known.has_value() && parts.has_value() && known->find_signing(node) != nullptr);
    const Bytes event = identity::encode_chain_event(
        {known->school(),
         static_cast<std::uint32_t>(known->event_count() + 1),
         known->tip(),
         identity::Revocation{known->find_signing(node)->certificate.id, std::move(pins)}}
    );
    parts->events.push_back({event, {{0, root.sign(crypto::SignLabel::chain_event, event)}}});
    return identity::encode_chain(*parts);
}

} // namespace staffroom::tests
