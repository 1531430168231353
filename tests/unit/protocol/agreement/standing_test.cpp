// What stands between two networks follows from the set of what was signed, not from its order.
#include "protocol/base/limits.hpp"
#include "tests/support/agreement/linked_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace agreement = staffroom::agreement;
namespace crypto = staffroom::crypto;
namespace slog = staffroom::log;
using agreement::Standing;
using agreement::Statements;
using staffroom::AgreementId;
using staffroom::Bytes;
using staffroom::LogSize;
using staffroom::tests::AgreementScene;
using staffroom::tests::LinkedScene;
using staffroom::tests::SceneNetwork;

namespace {

/// The agreement that follows the one in force, signed by these coordinators of each side.
AgreementId renew(LinkedScene& scene, std::uint32_t number, std::uint64_t review_ms) {
    auto next = scene.standing->agreement;
    next.link = scene.link;
    next.number = number;
    next.review.ms = review_ms;
    const bool is_forest_one = next.one.network == scene.forest.id;
    const SceneNetwork& one = is_forest_one ? scene.forest : scene.rivers;
    const SceneNetwork& other = is_forest_one ? scene.rivers : scene.forest;
    next.one.card = one.card_hash();
    next.other.card = other.card_hash();
    Bytes bytes = agreement::encode_agreement(next);
    constexpr auto label = crypto::SignLabel::agreement;
    const AgreementId id = agreement::agreement_id(bytes);
    scene.statements.agreements.push_back(
        {bytes,
         AgreementScene::signatures(one, label, bytes, 1),
         AgreementScene::signatures(other, label, bytes, 1)}
    );
    return id;
}

/// Everything of a standing that a test can compare.
auto told(const std::optional<Standing>& standing) {
    REQUIRE(standing);
    return std::tuple(
        standing->id,
        standing->agreement,
        standing->one.newest().hash,
        standing->other.newest().hash,
        standing->is_disputed,
        standing->is_ended,
        standing->earlier,
        standing->end_pins,
        standing->last_pins
    );
}

template <class List> void shuffle(LinkedScene& scene, List& list) {
    for (std::size_t i = list.size(); i > 1; --i)
        std::swap(list[i - 1], list[scene.random.below(i)]);
}

} // namespace

TEST_CASE("standing: an agreement stands when both sides have signed it", "[agreement]") {
    LinkedScene scene;
    REQUIRE(scene.standing);
    CHECK(scene.standing->id == scene.agreement_id);
    CHECK_FALSE(scene.standing->is_disputed);
    CHECK_FALSE(scene.standing->is_ended);
    CHECK(scene.standing->cards_of(scene.north.id) == nullptr);
    CHECK_FALSE(scene.standing->cap_of(slog::log_id(scene.log.descriptor)));

    SECTION("not when one has not") {
        scene.statements.agreements[0].other.clear();
    }
    SECTION("not when one has signed for both") {
        auto& signed_by = scene.statements.agreements[0];
        const SceneNetwork& one = scene.forest.id < scene.rivers.id ? scene.forest : scene.rivers;
        signed_by.other =
            AgreementScene::signatures(one, crypto::SignLabel::agreement, signed_by.bytes, 1);
    }
    SECTION("not without a card that it names") {
        scene.statements.cards.pop_back();
    }
    scene.fold();
    CHECK_FALSE(scene.standing);
}

TEST_CASE("standing: a school that coordinates both signs for each apart", "[agreement]") {
    AgreementScene scene;
    SceneNetwork a = scene.network(1);
    SceneNetwork b{scene.random.make<staffroom::NetworkId>(), {}};
    b.cards.push_back(a.card());
    b.cards[0].network = b.id;
    scene.know(a);
    auto made = scene.agree(a, {{1}}, a, {{1}});
    agreement::Agreement agreed{
        std::nullopt,
        0,
        {a.id, a.card_hash(), {{1}}},
        {b.id, b.card_hash(), {{1}}},
        staffroom::WallTime{2},
        staffroom::WallTime{1},
        scene.random.make<staffroom::Digest>()};
    if (b.id < a.id)
        std::swap(agreed.one, agreed.other);
    made.bytes = agreement::encode_agreement(agreed);
    made.one = made.other =
        AgreementScene::signatures(a, crypto::SignLabel::agreement, made.bytes, 1);
    const Statements said{
        {made},
        {{agreement::encode_card(a.card()), {}}, {agreement::encode_card(b.card()), {}}},
        {},
        {}};
    const staffroom::SharingId link(agreement::agreement_id(made.bytes).raw());

    CHECK_FALSE(agreement::fold_statements(link, said, scene.chain_of, scene.verifier));
}

TEST_CASE("standing: the order in which statements came decides nothing", "[agreement]") {
    LinkedScene scene;
    const auto& schools = scene.forest.coordinators;
    scene.follow_card(scene.forest, {schools[0].id, schools[1].id}, 2);
    scene.fold();
    renew(scene, 1, 50);
    renew(scene, 2, 60);
    scene.end(scene.rivers, 2);
    scene.end(scene.forest, 3);
    scene.last_passport(1);
    scene.last_passport(3);
    // Copies without signatures, and what was signed for others.
    scene.statements.cards.push_back(scene.statements.cards.back());
    scene.statements.cards.back().signatures.clear();
    scene.statements.agreements.push_back(scene.agree(scene.forest, {{1}}, scene.north, {{1}}));
    scene.fold();
    const auto expected = told(scene.standing);

    for (int round = 0; round < 50; ++round) {
        shuffle(scene, scene.statements.agreements);
        shuffle(scene, scene.statements.cards);
        shuffle(scene, scene.statements.ends);
        shuffle(scene, scene.statements.last_passports);
        scene.fold();
        CHECK(told(scene.standing) == expected);
    }
    CHECK(scene.standing->agreement.number == 2);
    CHECK(scene.standing->is_ended);
}

TEST_CASE("standing: a change needs both, and the newest one counts", "[agreement]") {
    LinkedScene scene;
    const AgreementId first = scene.agreement_id;
    const AgreementId second = renew(scene, 1, 50);
    scene.fold();
    CHECK(scene.standing->id == second);
    REQUIRE(scene.standing->earlier.size() == 1);
    CHECK(scene.standing->earlier.count(first) == 1);
    CHECK(scene.standing->find(first)->number == 0);

    SECTION("one side alone changes nothing") {
        renew(scene, 2, 60);
        scene.statements.agreements.back().one.clear();
        scene.fold();
        CHECK(scene.standing->id == second);
    }
    SECTION("two versions of one change are disputed until the next") {
        renew(scene, 1, 51);
        scene.fold();
        CHECK(scene.standing->is_disputed);
        const AgreementId third = renew(scene, 2, 60);
        scene.fold();
        CHECK_FALSE(scene.standing->is_disputed);
        CHECK(scene.standing->id == third);
    }
    SECTION("a later card that does not stand by it takes it back") {
        scene.follow_card(scene.forest, {scene.forest.coordinators[0].id}, 2);
        scene.fold();
        CHECK(scene.standing->id == first);
    }
    SECTION("a later card that stands by it does not") {
        agreement::Card card = scene.forest.card();
        card.stands_by = {staffroom::Digest(second.raw())};
        scene.forest.cards.back() = card;
        scene.forest.cards.insert(scene.forest.cards.begin(), agreement::Card(scene.forest.card()));
        auto& next = scene.forest.cards.back();
        scene.forest.cards.front().stands_by.clear();
        next.number = 1;
        next.previous = agreement::card_hash(agreement::encode_card(scene.forest.cards.front()));
        scene.statements.cards.push_back(AgreementScene::signed_by(
            scene.forest, crypto::SignLabel::card, agreement::encode_card(next), 2
        ));
        scene.fold();
        CHECK(scene.standing->id == second);
    }
}

TEST_CASE("standing: what both agreed on stays, and nothing goes far ahead of it", "[agreement]") {
    LinkedScene scene;
    const AgreementId second = renew(scene, 1, 50);
    scene.fold();
    REQUIRE(scene.standing->id == second);

    SECTION("numbers that nobody reaches step by step count for nothing") {
        const std::uint32_t last = 1 + staffroom::limits::renewals_ahead_max;
        renew(scene, last + 1, 60);
        renew(scene, 0xffff'ffffU, 60);
        scene.fold();
        CHECK(scene.standing->id == second);
        const AgreementId far = renew(scene, last, 60);
        scene.fold();
        // With that in force the next one may follow, and what is far behind still may not.
        CHECK(scene.standing->earlier.count(far) == 1);
        CHECK(scene.standing->agreement.number == last + 1);
    }
    SECTION("it stays when a key ends that has signed it") {
        const auto& signatory = scene.forest.coordinators[0];
        const auto wire = staffroom::identity::revoke(
            signatory.chain.wire(), signatory.root, signatory.certificate.id, {}, scene.verifier
        );
        REQUIRE(wire);
        const auto revoked = staffroom::identity::IdentityChain::parse(*wire, scene.verifier);
        REQUIRE(revoked);
        scene.chains[signatory.id] = &*revoked;
        scene.fold();
        REQUIRE(scene.standing);
        CHECK(scene.standing->id == second);
        // And nothing else does: an end by that key ends nothing.
        scene.end(scene.forest, 2);
        scene.fold();
        CHECK_FALSE(scene.standing->is_ended);
    }
}

TEST_CASE("standing: what ended a link, or a log, goes with no renewal", "[agreement]") {
    LinkedScene scene;
    const auto log = slog::log_id(scene.log.descriptor);

    SECTION("an end of the agreement before") {
        scene.end(scene.rivers, 2);
        renew(scene, 1, 50);
        scene.fold();
        CHECK(scene.standing->agreement.number == 1);
        CHECK(scene.standing->is_ended);
        CHECK(scene.standing->cap_of(log)->size == LogSize{2});
    }
    SECTION("a last passport of the agreement before") {
        scene.last_passport(1);
        renew(scene, 1, 50);
        scene.fold();
        CHECK_FALSE(scene.standing->is_ended);
        REQUIRE(scene.standing->cap_of(log));
        CHECK(scene.standing->cap_of(log)->size == LogSize{1});
    }
    SECTION("an older agreement that comes again replaces nothing") {
        const AgreementId second = renew(scene, 1, 50);
        const AgreementId third = renew(scene, 2, 60);
        auto& said = scene.statements.agreements;
        said.push_back(said[1]);
        said.push_back(said[0]);
        scene.fold();
        CHECK(scene.standing->id == third);
        CHECK_FALSE(scene.standing->is_disputed);
        CHECK(scene.standing->earlier.count(second) == 1);
    }
}

TEST_CASE("standing: an end takes a coordinator that is still one", "[agreement]") {
    LinkedScene scene;
    const auto log = slog::log_id(scene.log.descriptor);
    const auto other_log = scene.random.make<staffroom::LogId>();

    SECTION("either side ends alone, and a log without a pin is at nothing") {
        scene.end(scene.rivers, 2);
        scene.fold();
        CHECK(scene.standing->cap_of(log)->size == LogSize{2});
        CHECK(scene.standing->cap_of(log)->by_end);
        CHECK(scene.standing->cap_of(other_log)->size == LogSize{0});
    }
    SECTION("one that was removed cannot end it") {
        scene.end(scene.forest, 0);
        scene.follow_card(scene.forest, {scene.forest.coordinators[2].id}, 2);
        scene.fold();
        CHECK_FALSE(scene.standing->is_ended);
    }
    SECTION("one that signs for another network cannot") {
        scene.end(scene.north, 0);
        scene.fold();
        CHECK_FALSE(scene.standing->is_ended);
    }
    SECTION("a last passport that is smaller than the pin goes on counting") {
        scene.end(scene.rivers, 2);
        scene.last_passport(1);
        scene.fold();
        CHECK(scene.standing->cap_of(log)->size == LogSize{1});
        CHECK_FALSE(scene.standing->cap_of(log)->by_end);
    }
}

TEST_CASE("standing: more than half sign the card that follows", "[agreement]") {
    LinkedScene scene;
    const auto before = scene.forest.card_hash();
    const auto& line = [&] { return *scene.standing->cards_of(scene.forest.id); };

    scene.follow_card(scene.forest, {scene.forest.coordinators[0].id}, 1);
    scene.fold();
    CHECK(line().newest().hash == before);

    scene.forest.cards.pop_back();
    scene.follow_card(scene.forest, {scene.forest.coordinators[0].id}, 2);
    scene.fold();
    CHECK(line().newest().hash == scene.forest.card_hash());
    CHECK(line().find(before) != nullptr);
}
