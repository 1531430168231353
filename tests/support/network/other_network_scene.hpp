// A founder's school, and one school of another network, with its keys and its card.
#pragma once

#include "protocol/agreement/card.hpp"
#include "protocol/crypto/hash.hpp"
#include "tests/support/network/founder_scene.hpp"

namespace staffroom::tests {

struct OtherNetworkScene : FounderScene {
    crypto::SigningKey node = make_key();
    crypto::SigningKey root = make_key(); // of the schools that are founded here
    TransportPublicKey transport = random.make<TransportPublicKey>();
    identity::NewSchool school = found();
    agreement::Card card = card_of(school.school);

    crypto::SigningKey make_key() {
        crypto::Secret32 seed;
        random.fill(seed.writable());
        return crypto::SigningKey(seed);
    }
    identity::NewSchool found() {
        return identity::found_school(
            root,
            root.public_key(),
            {node.public_key(),
             transport,
             random.make<EncryptionPublicKey>(),
             random.make<identity::CertificateId>()},
            WallTime{1},
            random
        );
    }
    agreement::Card card_of(const SchoolId& coordinator) {
        return {
            random.make<NetworkId>(),
            0,
            std::nullopt,
            "Forest",
            "talk",
            crypto::hash(crypto::HashLabel::charter, as_view("Be kind.")),
            "",
            {coordinator},
            1,
            {},
            {}};
    }
};

} // namespace staffroom::tests
