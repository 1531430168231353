// Passing on: a finding goes from Forest Edge by Rivers City to Northside, when author and both
// agreements let it, and the way that it came cannot be told otherwise.
#include "tests/support/agreement/passing_scene.hpp"

#include <catch2/catch.hpp>

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
