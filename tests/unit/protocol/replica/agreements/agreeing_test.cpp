// The bearer of a code for another network, and who may answer it: everybody in that network knows
// the key of its first frame, and only the maker of the code has signed the offer. [A9]
#include "protocol/crypto/hash.hpp"
#include "protocol/replica/agreements/agreeing.hpp"
#include "tests/support/network/other_network_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

/// A bearer, and another network's coordinator that answers on an open link.
struct BearerScene : tests::OtherNetworkScene {
    crypto::SigningKey code = make_key();
    agreement::LinkTerms terms{{{1}}, {{2}}, WallTime{20}, WallTime{10}, random.make<Digest>()};

    wire::LinkOffer offer_by(const crypto::SigningKey& key) {
        const Bytes bytes = agreement::encode_card(card);
        return {
            wire::InviteStatus::open,
            bytes,
            "Be kind.",
            agreement::encode_link_terms(terms),
            {school.wire},
            key.sign(
                crypto::SignLabel::link_offer,
                agreement::offer_statement(agreement::card_hash(bytes), terms)
            )};
    }
    /// What a person is told who has only asked.
    Result<Reply> asked(const wire::LinkOffer& offer) {
        parts->agreeing.start(RequestId{1}, AcceptLink{*network, {}, code.copy(), "there:1", true});
        Link& dialled = *parts->links.find(taken<OpenLink>().at(0).link);
        dialled.phase = LinkPhase::open;
        dialled.remote_key = transport;
        dialled.handshake_hash = random.make<channel::HandshakeHash>();
        static_cast<void>(parts->agreeing.offer_arrived(dialled, offer));
        return taken<Done>().at(0).outcome;
    }
};

} // namespace

TEST_CASE("agreeing: an offer counts that the maker of the code has signed", "[replica]") {
    BearerScene scene;
    const auto shown = scene.asked(scene.offer_by(scene.code));
    REQUIRE(shown);
    CHECK(std::get<LinkAgreement>(*shown).other == scene.card.network);
    CHECK(std::get<LinkAgreement>(*shown).ours == scene.terms.theirs);
}

TEST_CASE("agreeing: a member of the other network answers with a card of its own", "[replica]") {
    BearerScene scene;
    wire::LinkOffer offer = scene.offer_by(scene.node);
    CHECK(scene.asked(offer).error().code == Errc::bad_signature);
    offer.signature.reset();
    CHECK(scene.asked(offer).error().code == Errc::bad_signature);
}

TEST_CASE("agreeing: an offer that was changed on the way is refused", "[replica]") {
    BearerScene scene;
    wire::LinkOffer offer = scene.offer_by(scene.code);

    SECTION("its terms") {
        scene.terms.theirs.pass_on = true;
        offer.terms = agreement::encode_link_terms(scene.terms);
        CHECK(scene.asked(offer).error().code == Errc::bad_signature);
    }
    SECTION("its charter") {
        offer.charter = "Be quick.";
        CHECK(scene.asked(offer).error().code == Errc::bad_commitment);
    }
    SECTION("who says it") {
        scene.transport = scene.random.make<TransportPublicKey>();
        CHECK(scene.asked(offer).error().code == Errc::bad_key);
    }
    SECTION("its network, to the bearer's own") {
        scene.card.network = *scene.network;
        CHECK(scene.asked(scene.offer_by(scene.code)).error().code == Errc::not_allowed);
    }
}

TEST_CASE("agreeing: what nobody asked for ends the link", "[replica]") {
    BearerScene scene;
    const wire::LinkOffer offer = scene.offer_by(scene.code);
    CHECK_FALSE(scene.parts->agreeing.offer_arrived(scene.link(), offer));
    CHECK_FALSE(scene.parts->agreeing.answer_arrived(scene.link(), {0, {}}));
    const wire::LinkAccept acceptance{
        offer.card, offer.charter, {}, *offer.signature, offer.chains};
    CHECK_FALSE(scene.parts->agreeing.acceptance_arrived(scene.link(), acceptance));
}

} // namespace staffroom::replica
