// What governance says of links, as bytes, and the agreement that both sides make of the same
// terms.
#include "protocol/agreement/agreeing.hpp"
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/operations.hpp"
#include "tests/support/agreement/order_scene.hpp"

#include <catch2/catch.hpp>

namespace agreement = staffroom::agreement;
namespace limits = staffroom::limits;
using agreement::LinkAct;
using agreement::LinkAgreed;
using agreement::LinkCodeEnded;
using agreement::LinkEnded;
using agreement::LinkInvite;
using agreement::LinkTerms;
using agreement::SignedStatement;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::WallTime;
using staffroom::network::Reason;
using staffroom::tests::AgreementScene;
using staffroom::tests::LinkedScene;
using staffroom::tests::OrderScene;

namespace {

LinkTerms some_terms(AgreementScene& scene) {
    return {{{1, 2}}, {{2}, true}, WallTime{20}, WallTime{10}, scene.random.make<Digest>()};
}

LinkInvite some_invite(LinkedScene& scene) {
    return {
        {},
        scene.random.make<staffroom::SigningPublicKey>(),
        WallTime{9},
        some_terms(scene),
        agreement::encode_card(scene.forest.card()),
        scene.random.make<staffroom::Signature>()};
}

LinkAgreed some_agreed(LinkedScene& scene) {
    return {
        scene.random.make<staffroom::RevisionId>(),
        scene.statements.agreements[0],
        agreement::encode_card(scene.forest.card()),
        agreement::encode_card(scene.rivers.card()),
        "Be kind.",
        {scene.rivers.coordinators[0].chain.wire()}};
}

SignedStatement signed_by_one(
    const staffroom::tests::SceneNetwork& network,
    staffroom::crypto::SignLabel label,
    const Bytes& bytes
) {
    return AgreementScene::signed_by(network, label, bytes, 1);
}

/// An end as the first coordinator of Forest Edge signs it.
SignedStatement some_end(LinkedScene& scene) {
    const Bytes bytes = agreement::encode_end(
        {scene.agreement_id,
         scene.forest.id,
         scene.forest.card_hash(),
         {{staffroom::log::log_id(scene.log.descriptor), staffroom::LogSize{2}, scene.log.root(2)}}}
    );
    return signed_by_one(scene.forest, staffroom::crypto::SignLabel::agreement_end, bytes);
}

SignedStatement some_receipt(LinkedScene& scene) {
    const auto& gateway = scene.rivers.coordinators[0];
    return agreement::sign_far_receipt(
        {scene.random.make<staffroom::RevisionId>(), 3, 2, WallTime{9}},
        {scene.rivers.id, gateway.id, gateway.node}
    );
}

} // namespace

TEST_CASE("link act: comes back as it was, and is nothing else", "[agreement]") {
    OrderScene scene;
    LinkAgreed without_code = some_agreed(scene);
    without_code.invite.reset();
    for (const Bytes& bytes :
         {agreement::encode_link_act(some_invite(scene)),
          agreement::encode_link_act(some_agreed(scene)),
          agreement::encode_link_act(without_code),
          agreement::encode_link_act(LinkEnded{some_end(scene), Reason::own_wish}),
          agreement::encode_link_act(LinkEnded{some_end(scene), std::nullopt}),
          agreement::encode_link_act(LinkCodeEnded{scene.random.make<staffroom::RevisionId>()}),
          agreement::encode_link_act(agreement::LinkOrder{
              *agreement::encode_far_order(scene.far_order(1))}),
          agreement::encode_link_act(agreement::LinkReceipt{some_receipt(scene)}),
          agreement::encode_link_act(agreement::LinkRenewal{scene.next_agreement(3)}),
          agreement::encode_link_act(agreement::LinkRenewal{
              scene.next_agreement(3), {scene.forest.coordinators[0].chain.wire()}})}) {
        const auto parsed = agreement::parse_link_act(bytes);

        REQUIRE(parsed);
        CHECK(agreement::encode_link_act(*parsed) == bytes);
        CHECK_FALSE(staffroom::network::parse_operation(bytes));
        CHECK_FALSE(staffroom::network::parse_erasure(bytes));
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto cut = agreement::parse_link_act(ByteView(bytes).first(length));
            CHECK((!cut || agreement::encode_link_act(*cut) != bytes));
        }
    }
}

TEST_CASE("link act: without a card, or with too much, it is none", "[agreement]") {
    LinkedScene scene;
    const auto refusal = [](const LinkAct& act) {
        const auto parsed = agreement::parse_link_act(agreement::encode_link_act(act));
        return parsed ? Errc::closed : parsed.error().code;
    };
    LinkInvite invite = some_invite(scene);
    invite.card.clear();
    CHECK(refusal(std::move(invite)) != Errc::closed);
    LinkInvite late = some_invite(scene);
    late.terms.review = WallTime{21};
    CHECK(refusal(std::move(late)) == Errc::malformed);
    agreement::LinkRenewal renewal{scene.next_agreement(1)};
    CHECK(refusal(renewal) == Errc::closed);
    renewal.agreement.one.clear();
    CHECK(refusal(renewal) == Errc::closed);
    renewal.agreement.other.clear();
    CHECK(refusal(renewal) == Errc::malformed);
    // The first agreement of a link follows nothing.
    CHECK(refusal(agreement::LinkRenewal{scene.statements.agreements[0]}) == Errc::malformed);
    LinkAgreed agreed = some_agreed(scene);
    agreed.other_charter.assign(limits::charter_bytes_max + 1, 'x');
    CHECK(refusal(agreed) == Errc::too_large);
    agreed = some_agreed(scene);
    agreed.chains.assign(limits::card_coordinators_max, Bytes{1});
    CHECK(refusal(agreed) == Errc::closed);
    agreed.chains.push_back(Bytes{1});
    CHECK(refusal(agreed) == Errc::too_large);
}

TEST_CASE("agreeing: both sides make the same agreement of the same terms", "[agreement]") {
    LinkedScene scene;
    const LinkTerms terms = some_terms(scene);
    CHECK(*agreement::parse_link_terms(agreement::encode_link_terms(terms)) == terms);
    for (const bool is_forest_inviting : {true, false}) {
        const auto& inviting = is_forest_inviting ? scene.forest : scene.rivers;
        const auto& accepting = is_forest_inviting ? scene.rivers : scene.forest;
        const auto bytes = agreement::agreement_of(
            terms, {inviting.id, inviting.card_hash()}, {accepting.id, accepting.card_hash()}
        );
        REQUIRE(bytes);
        const auto parsed = agreement::parse_agreement(*bytes);
        REQUIRE(parsed);
        CHECK(parsed->side_of(inviting.id)->gives == terms.ours);
        CHECK(parsed->side_of(accepting.id)->gives == terms.theirs);
    }
    const agreement::CardSide same{scene.forest.id, scene.forest.card_hash()};
    CHECK(agreement::agreement_of(terms, same, same).error().code == Errc::not_allowed);
}

TEST_CASE("agreeing: of a side only those have signed who may", "[agreement]") {
    LinkedScene scene;
    const agreement::KnownCard card{scene.forest.card_hash(), scene.forest.card()};
    const auto& agreed = scene.statements.agreements[0];
    const auto signed_by = [&](std::vector<staffroom::SchoolId> who) {
        return agreement::has_signed(agreed, card, who, scene.chain_of, scene.verifier);
    };

    CHECK(signed_by(scene.forest.card().coordinators));
    CHECK(signed_by({scene.forest.coordinators[0].id}));
    CHECK_FALSE(signed_by({scene.forest.coordinators[1].id}));
    CHECK_FALSE(signed_by({}));
    agreement::KnownCard other = card;
    other.hash = scene.rivers.card_hash();
    CHECK_FALSE(agreement::has_signed(
        agreed, other, scene.forest.card().coordinators, scene.chain_of, scene.verifier
    ));
}

TEST_CASE(
    "link end: only coordinators whom the card lists end their own agreement", "[agreement]"
) {
    LinkedScene scene;
    const auto by = [&](const SignedStatement& end) {
        return agreement::ended_by(end, *scene.standing, scene.chain_of, scene.verifier);
    };
    const SignedStatement end = some_end(scene);
    CHECK(by(end) == scene.forest.id);

    SignedStatement unsigned_end = end;
    unsigned_end.signatures.clear();
    CHECK_FALSE(by(unsigned_end));
    SignedStatement altered = end;
    altered.bytes.back() ^= 1U;
    CHECK_FALSE(by(altered));
    // Rivers City cannot end it in the name of Forest Edge.
    CHECK_FALSE(
        by(signed_by_one(scene.rivers, staffroom::crypto::SignLabel::agreement_end, end.bytes))
    );
    // What was signed for something else ends nothing.
    CHECK_FALSE(by(signed_by_one(scene.forest, staffroom::crypto::SignLabel::agreement, end.bytes))
    );
    agreement::End other = *agreement::parse_end(end.bytes);
    other.agreement = scene.random.make<staffroom::AgreementId>();
    CHECK_FALSE(by(signed_by_one(
        scene.forest, staffroom::crypto::SignLabel::agreement_end, agreement::encode_end(other)
    )));
    other = *agreement::parse_end(end.bytes);
    other.card = scene.rivers.card_hash();
    CHECK_FALSE(by(signed_by_one(
        scene.forest, staffroom::crypto::SignLabel::agreement_end, agreement::encode_end(other)
    )));
}
