// Passing on: a finding goes from Forest Edge by Rivers City to Northside, when author and both
// agreements let it, and the way that it came cannot be told otherwise.
#include "protocol/agreement/relay/onward.hpp"
#include "tests/support/agreement/passing_scene.hpp"
#include "tests/support/counting_verifier.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace agreement = staffroom::agreement;
namespace crypto = staffroom::crypto;
using agreement::Hop;
using agreement::Refusal;
using agreement::Relay;
using agreement::Terms;
using staffroom::NetworkId;
using staffroom::SharingId;
using staffroom::tests::AgreementScene;
using staffroom::tests::findings_only;
using staffroom::tests::PassingScene;

TEST_CASE("trail: what author and agreements let pass is there with both networks", "[agreement]") {
    PassingScene scene;
    const auto checked = scene.check_there(scene.passed_on(scene.hop()));
    REQUIRE_FALSE(checked.all);
    REQUIRE(checked.crossed.size() == 1);
    CHECK(checked.crossed[0].trail == std::vector<NetworkId>{scene.forest.id, scene.rivers.id});
}

TEST_CASE("trail: nothing is passed on that one of the three does not let pass", "[agreement]") {
    const Terms passes{findings_only, true};
    const Terms takes{findings_only, false, {}, true};

    SECTION("the author") {
        PassingScene scene(passes, takes);
        scene.place = 1; // published without passing on
        CHECK(scene.refusal_there(scene.passed_on(scene.hop())) == Refusal::not_passed_on);
    }
    SECTION("the first agreement") {
        PassingScene scene({findings_only}, takes);
        CHECK(scene.refusal_there(scene.passed_on(scene.hop())) == Refusal::not_passed_on);
    }
    SECTION("the first agreement, to this network") {
        PassingScene scene({findings_only, true, {NetworkId(NetworkId::Raw{1})}}, takes);
        CHECK(scene.refusal_there(scene.passed_on(scene.hop())) == Refusal::not_passed_on);
    }
    SECTION("the second agreement") {
        PassingScene scene(passes, {findings_only});
        CHECK(scene.refusal_there(scene.passed_on(scene.hop())) == Refusal::not_passed_on);
    }
    SECTION("the second agreement, this kind") {
        PassingScene scene(passes, {{1}, false, {}, true});
        CHECK(scene.refusal_there(scene.passed_on(scene.hop())) == Refusal::kind_not_agreed);
    }
}

TEST_CASE("trail: a passing network cannot tell another way", "[agreement]") {
    PassingScene scene;
    const Hop hop = scene.hop();
    Relay relay = scene.passed_on(hop);

    SECTION("by leaving its hop out") {
        relay.trail.clear();
        CHECK(scene.refusal_there(relay) == Refusal::another_network);
    }
    SECTION("by a hop that the passport does not name") {
        relay = scene.passed_on(hop);
        auto passport = agreement::parse_passport(relay.passport.bytes);
        REQUIRE(passport);
        passport->before = scene.random.make<staffroom::Digest>();
        relay.passport = AgreementScene::signed_by(
            scene.rivers, crypto::SignLabel::passport, agreement::encode_passport(*passport)
        );
        CHECK(scene.refusal_there(relay) == Refusal::trail_forged);
    }
    SECTION("by wider terms than the giver signed") {
        auto wider = agreement::parse_agreement(hop.agreement);
        REQUIRE(wider);
        wider->one.gives.kinds = wider->other.gives.kinds = {1, 2};
        relay.trail[0].agreement = agreement::encode_agreement(*wider);
        CHECK(scene.refusal_there(relay) == Refusal::trail_forged);
    }
    SECTION("by terms that the giver has not signed, and a passport of its own") {
        Hop forged = hop;
        forged.signatures = AgreementScene::signatures(
            scene.rivers, crypto::SignLabel::agreement, hop.agreement, 1
        );
        CHECK(scene.refusal_there(scene.passed_on(forged)) == Refusal::trail_forged);
    }
    SECTION("by a passport that the giver has not signed") {
        Hop forged = hop;
        forged.passport.signatures.clear();
        CHECK(scene.refusal_there(scene.passed_on(forged)) == Refusal::trail_forged);
    }
    SECTION("by a card that nobody followed") {
        Hop forged = hop;
        forged.cards.clear();
        CHECK(scene.refusal_there(scene.passed_on(forged)) == Refusal::trail_forged);
    }
    SECTION("by copies of a card, each of which would cost its signatures") {
        Hop forged = hop;
        forged.cards.push_back(forged.cards[0]);
        CHECK(scene.refusal_there(scene.passed_on(forged)) == Refusal::trail_forged);
    }
    SECTION("by the same hop twice") {
        relay.trail.push_back(hop);
        CHECK(scene.refusal_there(relay) == Refusal::trail_forged);
    }
    SECTION("by bytes that are no hop") {
        relay.trail[0].agreement.clear();
        CHECK(scene.refusal_there(relay) == Refusal::unreadable);
    }
}

namespace {

/// A hop that holds by a card of its own: whoever passes on has made up a coordinator of the giver.
struct MadeUp {
    explicit MadeUp(PassingScene& scene)
        : network(scene.network(1)) {
        network.id = scene.forest.id;
        network.cards.back().network = scene.forest.id;
    }
    /// The first agreement of the scene, after `change`, as this network signs it.
    template <class Change> Hop hop(const PassingScene& scene, Change change) const {
        auto made = agreement::parse_agreement(scene.statements.agreements[0].bytes);
        auto& side = made->one.network == network.id ? made->one : made->other;
        side.card = network.card_hash();
        side.gives.pass_on = true;
        change(*made);
        const auto bytes = agreement::encode_agreement(*made);
        return {
            bytes,
            AgreementScene::signatures(network, crypto::SignLabel::agreement, bytes, 1),
            {{agreement::encode_card(network.card()), {}}},
            AgreementScene::signed_by(
                network,
                crypto::SignLabel::passport,
                agreement::encode_passport(passport_for(
                    scene.log, {network, agreement::agreement_id(bytes), {}, scene.place + 1}
                ))
            )};
    }
    staffroom::tests::SceneNetwork network;
};

} // namespace

// The attack: the giver does not let pass on, and the passing network writes for itself that it
// does, in the giver's name, with a coordinator that it has made up.
TEST_CASE("trail: a passing network cannot agree in the giver's name", "[agreement]") {
    PassingScene scene({findings_only}, {findings_only, false, {}, true});
    const MadeUp made_up(scene);
    const auto check = [&](const Hop& hop) {
        Relay relay = scene.passed_on(hop);
        relay.chains.push_back(made_up.network.coordinators[0].chain.wire());
        return scene.refusal_there(relay);
    };
    const auto renewal = [&](agreement::Agreement& made) {
        made.link = scene.link;
        made.number = 1;
    };
    SECTION("by a renewal of the true link") {
        CHECK(check(made_up.hop(scene, renewal)) == Refusal::trail_forged);
    }
    SECTION("by one that brings the true first agreement") {
        Hop hop = made_up.hop(scene, renewal);
        hop.first = scene.statements.agreements[0].bytes;
        CHECK(check(hop) == Refusal::trail_forged);
        hop.cards.insert(hop.cards.begin(), {agreement::encode_card(scene.forest.card()), {}});
        CHECK(check(hop) == Refusal::trail_forged);
    }
    SECTION("by one that brings a first agreement of its own") {
        Hop hop = made_up.hop(scene, renewal);
        hop.first = made_up.hop(scene, [](agreement::Agreement&) {}).agreement;
        CHECK(check(hop) == Refusal::trail_forged);
    }
    SECTION("by a link of its own, which the author has not named") {
        const Hop hop = made_up.hop(scene, [](agreement::Agreement&) {});
        CHECK(check(hop) == Refusal::not_for_this_link);
    }
}

TEST_CASE("trail: a renewal counts by the agreement that began its link", "[agreement]") {
    PassingScene scene({findings_only}, {findings_only, false, {}, true});
    scene.know(scene.forest);
    scene.follow_card(scene.forest, scene.forest.card().coordinators, 2);
    scene.renew({findings_only, true});
    scene.follow_card(scene.forest, scene.forest.card().coordinators, 2);
    scene.forest.cards.back().stands_by = {staffroom::Digest(scene.agreement_id.raw())};
    scene.statements.cards.pop_back();
    scene.statements.cards.push_back(AgreementScene::signed_by(
        scene.forest, crypto::SignLabel::card, agreement::encode_card(scene.forest.card()), 2
    ));
    scene.fold();
    auto hop = agreement::hop_of(*scene.standing, scene.forest.id, scene.hop().passport);
    REQUIRE(hop);
    REQUIRE(hop->cards.size() == 3);
    for (const auto& each : scene.forest.coordinators)
        scene.chains.erase(each.id);

    const auto relay = agreement::parse_relay(agreement::encode_relay(scene.passed_on(*hop)));

    REQUIRE(relay);
    CHECK_FALSE(scene.refusal_there(*relay));
    hop->first.clear();
    CHECK(scene.refusal_there(scene.passed_on(*hop)) == Refusal::trail_forged);
}

// An honest gateway has not heard of the end yet.
TEST_CASE("trail: a card signed by a key that has ended since is no forgery", "[agreement]") {
    PassingScene scene;
    scene.know(scene.forest);
    scene.follow_card(scene.forest, scene.forest.card().coordinators, 2);
    scene.fold();
    const auto hop = agreement::hop_of(*scene.standing, scene.forest.id, scene.hop().passport);
    REQUIRE(hop);
    const Relay relay = scene.passed_on(*hop);
    CHECK_FALSE(scene.refusal_there(relay));
    const auto& signatory = scene.forest.coordinators[1]; // of the card alone
    const auto wire = staffroom::identity::revoke(
        signatory.chain.wire(), signatory.root, signatory.certificate.id, {}, scene.verifier
    );
    REQUIRE(wire);
    const auto revoked = staffroom::identity::IdentityChain::parse(*wire, scene.verifier);
    REQUIRE(revoked);
    scene.chains[signatory.id] = &*revoked;

    CHECK(scene.refusal_there(relay) == Refusal::passport_outdated);
}

TEST_CASE("trail: nothing comes back to a network that it has come through", "[agreement]") {
    PassingScene scene({findings_only, true}, {findings_only, true, {}, true});
    const Hop hop = scene.hop();
    scene.know(scene.forest);
    agreement::Statements said;
    said.agreements.push_back(scene.agree(
        scene.rivers, {findings_only, false, {}, true}, scene.forest, {findings_only, true}
    ));
    for (const auto* network : {&scene.rivers, &scene.forest})
        said.cards.push_back({agreement::encode_card(network->card()), {}});
    scene.second_id = agreement::agreement_id(said.agreements[0].bytes);
    const auto back = agreement::fold_statements(
        SharingId(scene.second_id.raw()), said, scene.chain_of, scene.verifier
    );
    REQUIRE(back);

    const auto checked = agreement::check_relay(
        scene.passed_on(hop), {scene.forest.id, *back, scene.chain_of, scene.verifier}
    );

    CHECK(checked.all == Refusal::not_passed_on);
}

// The attack: a hundred proofs bring the same long chains, and each costs all their signatures.
TEST_CASE("trail: chains that were read before cost nothing when they come again", "[agreement]") {
    std::vector<std::size_t> costs;
    for (const std::size_t events : {0U, 5U}) {
        PassingScene scene;
        const auto& signatory = scene.forest.coordinators[0];
        staffroom::Bytes wire = signatory.chain.wire();
        for (std::size_t i = 0; i < events; ++i) {
            auto certificate = staffroom::tests::make_certificate(scene.random);
            const auto longer =
                staffroom::identity::certify(wire, signatory.root, certificate, scene.verifier);
            REQUIRE(longer);
            wire = *longer;
        }
        Relay relay = scene.passed_on(scene.hop());
        relay.chains.erase(std::ranges::find(relay.chains, signatory.chain.wire()));
        relay.chains.push_back(wire);
        std::map<staffroom::SchoolId, staffroom::identity::IdentityChain> read;
        for (const auto& each : relay.chains) {
            auto chain = staffroom::identity::IdentityChain::parse(each, scene.verifier);
            REQUIRE(chain);
            read.emplace(chain->school(), std::move(*chain));
        }
        const agreement::ChainFinder read_before = [&](const staffroom::SchoolId& school) {
            const auto found = read.find(school);
            return found == read.end() ? nullptr : &found->second;
        };
        staffroom::tests::CountingVerifier counting;

        const auto outcome = agreement::check_proof(
            relay, {scene.north.id, *scene.second, scene.chain_of, counting, &read_before}
        );

        CHECK(std::holds_alternative<agreement::CheckedProof>(outcome));
        costs.push_back(counting.calls);
    }
    CHECK(costs[0] == costs[1]);
}
