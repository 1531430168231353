// A school reveals the root key that it has committed to, as the holder of its recovery phrase
// writes it into the chain. Here it commits to any key, by a nonce. [I2]
#pragma once

#include "protocol/base/ensure.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/identity/chain_events.hpp"

namespace staffroom::tests {

/// `chain` with one more event: from now on `next` is the root key in force.
inline Bytes change_root(ByteView chain, const crypto::SigningKey& next, std::uint8_t nonce = 0) {
    crypto::SodiumVerifier verifier;
    const auto known = identity::IdentityChain::parse(chain, verifier);
    auto parts = identity::decode_chain(chain);
    ensure(known.has_value() && parts.has_value());
    const Bytes committed{nonce};
    const Bytes event = identity::encode_chain_event(
        {known->school(),
         static_cast<std::uint32_t>(known->event_count() + 1),
         known->tip(),
         identity::RootChange{
             {next.public_key()}, 1, crypto::hash(crypto::HashLabel::next_root, committed)}}
    );
    parts->events.push_back({event, {{0, next.sign(crypto::SignLabel::chain_event, event)}}});
    return identity::encode_chain(*parts);
}

} // namespace staffroom::tests
