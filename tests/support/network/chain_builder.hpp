// Identity chains made event by event, honest and otherwise, for the tests of chains.
#pragma once

#include "protocol/crypto/hash.hpp"
#include "protocol/identity/chain.hpp"
#include "protocol/identity/chain_events.hpp"
#include "tests/support/seeded_random.hpp"

namespace staffroom::tests {

inline crypto::SigningKey make_key(Random& random) {
    crypto::Secret32 seed;
    random.fill(seed.writable());
    return crypto::SigningKey(seed);
}

inline identity::Certificate make_certificate(Random& random) {
    return {
        random.make<SigningPublicKey>(),
        random.make<TransportPublicKey>(),
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
}

/// As the chain commits to them: keys in their order, then the threshold.
inline Digest digest_of(const std::vector<SigningPublicKey>& keys, std::uint32_t threshold) {
    crypto::Hasher hasher(crypto::HashLabel::next_root);
    for (const auto& key : keys)
        hasher.update(key.view());
    return hasher.update_u64(threshold).finish();
}

/// A school of two root keys, both needed, whose next keys are known: chains made event by event.
struct ChainBuilder {
    SeededRandom random{1};
    crypto::SodiumVerifier verifier;
    std::vector<crypto::SigningKey> roots;
    std::vector<crypto::SigningKey> next_roots;
    std::uint32_t threshold;
    identity::ChainParts parts;

    explicit ChainBuilder(std::uint32_t needed = 2)
        : threshold(needed) {
        for (int i = 0; i < 2; ++i) {
            roots.push_back(make_key(random));
            next_roots.push_back(make_key(random));
        }
        parts.inception = identity::encode_inception(
            {keys_of(roots),
             threshold,
             digest_of(keys_of(next_roots), threshold),
             WallTime{5},
             Bytes(16, 3)}
        );
    }

    static std::vector<SigningPublicKey> keys_of(const std::vector<crypto::SigningKey>& keys) {
        std::vector<SigningPublicKey> all;
        for (const auto& key : keys)
            all.push_back(key.public_key());
        return all;
    }

    [[nodiscard]] identity::ChainEvent event(decltype(identity::ChainEvent::act) act) const {
        const ByteView last = parts.events.empty() ? parts.inception : parts.events.back().event;
        return {
            crypto::hash_as<SchoolId>(crypto::HashLabel::inception, parts.inception),
            static_cast<std::uint32_t>(parts.events.size() + 1),
            crypto::hash(crypto::HashLabel::chain_event, last),
            std::move(act)};
    }

    /// Signed by the root keys at `places` of those in force.
    void add(const identity::ChainEvent& event, const std::vector<std::uint32_t>& places) {
        identity::SignedChainEvent added{identity::encode_chain_event(event), {}};
        for (const std::uint32_t place : places)
            added.signatures.push_back(
                {place, roots.at(place % 2).sign(crypto::SignLabel::chain_event, added.event)}
            );
        parts.events.push_back(std::move(added));
    }

    /// The event that reveals the next keys and commits to others; from then on they sign.
    identity::ChainEvent change_roots() {
        const identity::RootChange change{
            keys_of(next_roots), threshold, digest_of(keys_of(roots), threshold)};
        std::swap(roots, next_roots);
        return event(change);
    }

    Result<identity::IdentityChain> parse() {
        return identity::IdentityChain::parse(identity::encode_chain(parts), verifier);
    }

    /// Why the chain is refused; closed when it is not.
    Errc refusal() {
        const auto chain = parse();
        return chain ? Errc::closed : chain.error().code;
    }
};

} // namespace staffroom::tests
