// Networks that agree, a school that writes, and what a gateway carries between them: every key is
// known here, so that a test can also say what nobody honest would.
#pragma once

#include "protocol/agreement/relay/relay.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/records/body.hpp"
#include "protocol/records/kinds.hpp"
#include "tests/support/network/chain_builder.hpp"
#include "tests/support/slow_tree.hpp"

#include <map>

namespace staffroom::tests {

struct SceneSchool {
    crypto::SigningKey root;
    crypto::SigningKey next_root;
    crypto::SigningKey node;
    identity::Certificate certificate;
    SchoolId id;
    identity::IdentityChain chain;
};

/// A network as another one knows it: its coordinators, and its cards as they follow one another.
struct SceneNetwork {
    NetworkId id;
    std::vector<SceneSchool> coordinators; // ascending by school
    std::vector<agreement::Card> cards{};

    [[nodiscard]] const agreement::Card& card() const { return cards.back(); }
    [[nodiscard]] Digest card_hash() const {
        return agreement::card_hash(agreement::encode_card(card()));
    }
};

/// One record as its author published it.
struct SceneRecord {
    Bytes header;
    log::BodyBytes body;
};

struct AgreementScene {
    SeededRandom random{7};
    crypto::SodiumVerifier verifier;
    std::map<SchoolId, const identity::IdentityChain*> chains{};
    agreement::ChainFinder chain_of = [this](const SchoolId& school) {
        const auto found = chains.find(school);
        return found == chains.end() ? nullptr : found->second;
    };

    [[nodiscard]] SceneSchool school();
    /// A network with a first card. Not known to `chains`: say `know`.
    [[nodiscard]] SceneNetwork network(std::size_t coordinators, std::uint32_t signatures = 1);
    void know(const SceneNetwork& network);

    /// Signed by the first `count` coordinators.
    [[nodiscard]] static agreement::Signatures signatures(
        const SceneNetwork& network, crypto::SignLabel label, ByteView bytes, std::size_t count
    );
    [[nodiscard]] static agreement::SignedStatement signed_by(
        const SceneNetwork& network, crypto::SignLabel label, Bytes bytes, std::size_t count = 1
    );

    /// What each gives; signed by as many on both sides as their cards ask for.
    [[nodiscard]] agreement::SignedAgreement agree(
        const SceneNetwork& a,
        agreement::Terms from_a,
        const SceneNetwork& b,
        agreement::Terms from_b
    );
};

/// The log of one school in one network, whose records are meant for some links.
struct SceneLog {
    SceneLog(AgreementScene& scene, const SceneSchool& author, const NetworkId& network);

    struct Meant {
        std::vector<SharingId> links;
        records::RecordKind kind = records::RecordKind::enquiry_finding;
        std::uint32_t pass_on = 0;
        records::Reach reach = records::Reach::linked;
        std::uint32_t codec = 0;
        std::optional<std::uint32_t> plain_length{}; // none: as long as the words
    };
    /// Appends a record, and returns its place.
    std::size_t publish(const Meant& meant, std::string_view words);

    [[nodiscard]] TreeHash root(std::size_t size) const;
    [[nodiscard]] log::SignedHead head(std::size_t size) const;
    [[nodiscard]] agreement::RelayedRecord record(std::size_t place, std::size_t size) const;
    [[nodiscard]] log::Proof to_head(std::size_t from, std::size_t to) const;

    AgreementScene& scene;
    const SceneSchool& author;
    log::LogDescriptor descriptor;
    std::vector<SceneRecord> records{};
    std::vector<TreeHash> leaves{};
};

/// A gateway's honest relay of these places, by a passport up to `size`, with the newest head.
struct RelayParts {
    const SceneNetwork& giver;
    AgreementId agreement;
    std::vector<std::size_t> places;
    std::size_t size;
    std::optional<Digest> before{};
    std::vector<agreement::Hop> trail{};
};
[[nodiscard]] agreement::Passport passport_for(const SceneLog& log, const RelayParts& parts);
[[nodiscard]] agreement::Relay relay_of(const SceneLog& log, const RelayParts& parts);

} // namespace staffroom::tests
