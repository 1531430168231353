// A school that founded a network, with a true chain, and a neighbour on an open link: the real
// parts of a replica, without keys for the line, so that their effects show what they do.
#pragma once

#include "protocol/network/genesis.hpp"
#include "protocol/replica/replica_parts.hpp"
#include "tests/support/counting_verifier.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace staffroom::tests {

inline constexpr replica::LinkId neighbour{2};

struct FounderScene {
    SeededRandom random{1};
    CountingVerifier verifier;
    std::unique_ptr<replica::ReplicaParts> parts;
    replica::Outbox out;
    std::optional<NetworkId> network;

    FounderScene() {
        crypto::Secret32 secret;
        random.fill(secret.writable());
        replica::NodeKeys keys{
            crypto::SigningKey(secret), channel::TransportKeyPair::from_secret(secret)};
        const identity::Certificate certificate{
            keys.signing.public_key(),
            keys.transport.public_key,
            random.make<EncryptionPublicKey>(),
            random.make<identity::CertificateId>()};
        const auto school = identity::found_school(
            keys.signing, keys.signing.public_key(), certificate, WallTime{1}, random
        );
        parts = std::make_unique<replica::ReplicaParts>(replica::Context{
            std::move(keys), school.school, random, verifier, Instant{9'000'000}});
        parts->context.out = &out;
        REQUIRE(parts->networks.begin({}, school.wire));
        const auto genesis =
            network::make_genesis("Rivers", "talk", "Be kind.", school.school, random);
        REQUIRE(genesis);
        REQUIRE(parts->networks.add_network(*genesis));
        network = parts->networks.all().begin()->first;
        replica::Link link{
            neighbour,
            false,
            "x",
            {},
            Instant{0},
            replica::LinkPhase::open,
            replica::MemberMeeting{}};
        replica::LinkSpace space(log::space_of(*network), random.make<wire::Token>());
        space.remote_is_member = true;
        link.spaces.emplace(space.id, space);
        parts->links.add(std::move(link));
    }

    [[nodiscard]] replica::Link& link() const { return *parts->links.find(neighbour); }
    [[nodiscard]] replica::NetworkState& state() const { return *parts->networks.find(*network); }
    template <class Effect> std::vector<Effect> taken() {
        std::vector<Effect> all;
        for (replica::Output& output : std::exchange(out, {})) {
            if (auto* effect = std::get_if<Effect>(&output))
                all.push_back(std::move(*effect));
        }
        return all;
    }
};

} // namespace staffroom::tests
