// A school replaces its server: a new node key on the same disk, certified by the school's root
// key, and every key of before ended. For the scenes of recovery and of links.
#pragma once

#include "protocol/base/ensure.hpp"
#include "tests/simulation/world/world.hpp"

namespace staffroom::simulation {

/// A machine with keys of its own, certified by a root key of the phrase. The node is off.
inline void
certify_anew(World& world, std::size_t index, ByteView chain, const crypto::SigningKey& root) {
    School& school = world.school(index);
    Random& random = *school.random;
    random.fill(school.signing_seed.writable());
    random.fill(school.transport_secret.writable());
    const identity::Certificate certificate{
        crypto::public_key_of(school.signing_seed),
        channel::TransportKeyPair::from_secret(school.transport_secret).public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    auto longer = identity::certify(chain, root, certificate, world.verifier());
    ensure(longer.has_value());
    school.chain = std::move(*longer);
}

/// Ends every key of the school but that of the node that runs, as the command does.
inline void end_other_keys(World& world, std::size_t index, bool same_boot) {
    School& school = world.school(index);
    const auto told = school.replica->identity();
    const auto known = identity::IdentityChain::parse(told.chain, world.verifier());
    ensure(known.has_value());
    Bytes chain = told.chain;
    for (const auto& node : known->nodes()) {
        if (node.revoked || node.certificate.signing_key == told.key)
            continue;
        std::vector<identity::LogPin> pins;
        for (const auto& log : told.logs)
            if (log.node_key == node.certificate.signing_key)
                pins.push_back({log.id, log.size, log.root});
        auto longer = identity::revoke(
            chain, crypto::SigningKey(school.root_seed), node.certificate.id, pins, world.verifier()
        );
        ensure(longer.has_value());
        chain = std::move(*longer);
    }
    world.stop(index, false);
    school.chain = std::move(chain);
    world.start(index, same_boot);
}

/// All of it, on the disk that is there.
inline void replace_server(World& world, std::size_t index) {
    world.stop(index, false);
    const Bytes chain = world.school(index).chain;
    certify_anew(world, index, chain, crypto::SigningKey(world.school(index).root_seed));
    world.start(index, false);
    end_other_keys(world, index, false);
}

} // namespace staffroom::simulation
