// What the passing network may give on, beside the plainest way to say it, and beside what the
// receiver makes of it. [A15]
#include "protocol/agreement/relay/onward.hpp"
#include "protocol/base/limits.hpp"
#include "tests/support/agreement/passing_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace agreement = staffroom::agreement;
namespace crypto = staffroom::crypto;
using agreement::CheckedProof;
using agreement::Refusal;
using agreement::Terms;
using staffroom::Digest;
using staffroom::NetworkId;
using staffroom::SharingId;
using staffroom::tests::findings_only;
using staffroom::tests::PassingScene;
using staffroom::tests::SeededRandom;

namespace {

NetworkId network(std::uint8_t number) {
    return NetworkId(NetworkId::Raw{number});
}

/// What crosses to Rivers City, as a node there checks it.
CheckedProof proof_at_rivers(PassingScene& scene, std::size_t place) {
    scene.know(scene.forest);
    const auto outcome = agreement::check_proof(
        scene.relay({place}, place + 1),
        {scene.rivers.id, *scene.standing, scene.chain_of, scene.verifier}
    );
    for (const auto& each : scene.forest.coordinators)
        scene.chains.erase(each.id);
    REQUIRE(std::holds_alternative<CheckedProof>(outcome));
    return std::get<CheckedProof>(outcome);
}

/// A proof that came through `terms.size()` networks to the one that may pass on.
CheckedProof proof_by(CheckedProof proof, SeededRandom& random, const std::vector<Terms>& terms) {
    proof.trail.clear();
    proof.way.clear();
    for (std::size_t i = 0; i < terms.size(); ++i) {
        proof.trail.push_back({network(static_cast<std::uint8_t>(i)), {}, {}});
        proof.way.push_back({random.make<SharingId>(), terms[i]});
    }
    return proof;
}

/// The rule as one would say it: networks in a row, each with what it gives the next.
bool slow_goes_on(
    const staffroom::log::EntryHeader& header,
    const std::vector<Terms>& all, // of the passing network, too
    const std::vector<NetworkId>& networks,
    const SharingId& first
) {
    const std::size_t further = networks.size() - 2; // than the author's own link
    if (further > staffroom::limits::trail_hops_max || header.pass_on < further)
        return false;
    if (std::ranges::count(networks, networks.back()) != 1)
        return false;
    if (std::ranges::count(header.audience, agreement::reader_mark(first, *header.commitment)) == 0)
        return false;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Terms& terms = all[i];
        const bool goes_on_from_there = i + 1 < all.size();
        const bool was_passed_on_before = i > 0;
        if (std::ranges::count(terms.kinds, header.kind) == 0)
            return false;
        if (was_passed_on_before && !terms.passed_on)
            return false;
        if (!goes_on_from_there)
            continue;
        if (!terms.pass_on)
            return false;
        if (!terms.onward.empty() && std::ranges::count(terms.onward, networks[i + 2]) == 0)
            return false;
    }
    return true;
}

Terms any_terms(SeededRandom& random) {
    Terms terms{{2}, random.below(8) > 0, {}, random.below(8) > 0};
    if (random.below(8) == 0)
        terms.kinds = {1, 3};
    if (random.below(4) == 0)
        for (std::uint8_t i = 0; i < 7; ++i)
            if (random.below(2) == 0)
                terms.onward.push_back(network(i));
    return terms;
}

} // namespace

TEST_CASE("passing on: what goes on is what the rule says in plain words", "[agreement]") {
    PassingScene scene;
    const CheckedProof some = proof_at_rivers(scene, scene.place);
    SeededRandom random(71);
    std::size_t passed = 0;
    std::size_t refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::vector<Terms> all(1 + random.below(4));
        std::ranges::generate(all, [&] { return any_terms(random); });
        const CheckedProof proof = proof_by(some, random, all);
        std::vector<NetworkId> networks;
        for (const auto& step : proof.trail)
            networks.push_back(step.network);
        networks.push_back(network(5)); // passes on
        networks.push_back(network(static_cast<std::uint8_t>(random.below(8) == 0 ? 0 : 6)));
        const SharingId link = random.make<SharingId>();
        const Terms gives = any_terms(random);
        staffroom::log::EntryHeader header{
            .kind = 2, .critical = false, .school = random.make<staffroom::SchoolId>()};
        header.reach = 5;
        header.commitment = random.make<staffroom::Commitment>();
        const SharingId first = random.below(16) == 0 ? link : proof.way.front().link;
        header.audience = {agreement::reader_mark(first, *header.commitment)};
        header.pass_on = static_cast<std::uint32_t>(random.below(5));
        const auto why =
            agreement::why_not_onward(proof, header, {network(5), networks.back(), link, gives});

        all.push_back(gives);
        const bool goes = slow_goes_on(header, all, networks, proof.way.front().link);

        CHECK(!why.has_value() == goes);
        ++(goes ? passed : refused);
    }
    CHECK(passed > 500);
    CHECK(refused > 500);
}

TEST_CASE("passing on: the receiver takes just what may be given", "[agreement]") {
    const std::vector<Terms> firsts{
        {findings_only, true}, {findings_only}, {findings_only, true, {network(1)}}};
    const std::vector<Terms> seconds{
        {findings_only, false, {}, true}, {findings_only}, {{1}, false, {}, true}};
    std::size_t taken = 0;
    for (const Terms& first : firsts) {
        for (const Terms& second : seconds) {
            PassingScene scene(first, second);
            for (const std::uint32_t pass_on : {0U, 1U, 2U}) {
                scene.place = scene.log.publish(
                    {{scene.link}, staffroom::records::RecordKind::enquiry_finding, pass_on}, "more"
                );
                const CheckedProof came = proof_at_rivers(scene, scene.place);
                const auto header =
                    staffroom::log::parse_header(scene.log.records[scene.place].header);
                REQUIRE(header);
                const auto why = agreement::why_not_onward(
                    came,
                    *header,
                    {scene.rivers.id, scene.north.id, SharingId(scene.second_id.raw()), second}
                );

                CHECK(scene.refusal_there(scene.passed_on(scene.hop())) == why);
                taken += why ? 0U : 1U;
            }
        }
    }
    CHECK(taken == 2);
}

TEST_CASE("passing on: a hop is what its giver has signed, with its cards", "[agreement]") {
    PassingScene scene;
    const agreement::Hop honest = scene.hop();

    const auto made = agreement::hop_of(*scene.standing, scene.forest.id, honest.passport);

    REQUIRE(made);
    CHECK(made->agreement == honest.agreement);
    CHECK(made->signatures == honest.signatures);
    CHECK(made->cards == honest.cards);
    CHECK_FALSE(scene.refusal_there(scene.passed_on(*made)));
    CHECK(made->first.empty());
    CHECK_FALSE(agreement::hop_of(*scene.standing, scene.north.id, honest.passport));
    for (const auto& school : agreement::signatories_of(*made))
        CHECK(std::ranges::count(scene.forest.card().coordinators, school) == 1);
}

TEST_CASE("passing on: cards that followed go along with their signatures", "[agreement]") {
    PassingScene scene;
    scene.know(scene.forest);
    std::vector<staffroom::SchoolId> coordinators = scene.forest.card().coordinators;
    scene.follow_card(scene.forest, coordinators, coordinators.size());
    scene.fold();
    REQUIRE(scene.standing);
    REQUIRE(scene.standing->cards_of(scene.forest.id)->cards.size() == 2);
    const agreement::Hop newer{
        scene.hop().agreement,
        scene.hop().signatures,
        {},
        scene.hop().passport}; // its passport names the newest card

    const auto made = agreement::hop_of(*scene.standing, scene.forest.id, newer.passport);

    REQUIRE(made);
    REQUIRE(made->cards.size() == 2);
    CHECK_FALSE(made->cards[1].signatures.empty());
    for (const auto& each : scene.forest.coordinators)
        scene.chains.erase(each.id);
    CHECK_FALSE(scene.refusal_there(scene.passed_on(*made)));
}

// An honest gateway would be caught as a forger, and not heard for a while.
TEST_CASE("passing on: what has changed while it was loaded makes no hop", "[agreement]") {
    PassingScene scene;
    const agreement::Hop old = scene.hop();
    scene.know(scene.forest);

    scene.follow_card(scene.forest, scene.forest.card().coordinators, 2);
    scene.fold();

    CHECK_FALSE(agreement::hop_of(*scene.standing, scene.forest.id, old.passport));
}

// What came by terms that others have followed goes on by them: its passport names them, and so
// does the network before.
TEST_CASE(
    "passing on: a hop by replaced terms is of the agreement that its passport names", "[agreement]"
) {
    PassingScene scene;
    const agreement::Hop old = scene.hop();
    scene.know(scene.forest);
    scene.renew({findings_only, true});
    scene.fold();
    REQUIRE(scene.standing->agreement.number == 1);
    for (const auto& each : scene.forest.coordinators)
        scene.chains.erase(each.id);

    const auto made = agreement::hop_of(*scene.standing, scene.forest.id, old.passport);

    REQUIRE(made);
    CHECK(made->agreement == old.agreement);
    CHECK(made->signatures == old.signatures);
    CHECK(made->first.empty());
    CHECK_FALSE(scene.refusal_there(scene.passed_on(*made)));
}

// The attack: a gateway of the giver puts in whom it wonders about, as a chain or as a signatory.
TEST_CASE("passing on: no school but the author and who has signed goes on", "[agreement]") {
    PassingScene scene;
    agreement::Relay came = scene.relay({scene.place}, scene.place + 1);
    const auto stranger = scene.school();
    came.chains.push_back(stranger.chain.wire());
    agreement::Hop hop = scene.hop();
    for (agreement::Signatures* each : {&hop.signatures, &hop.passport.signatures}) {
        agreement::CoordinatorSignature junk = each->front();
        junk.school = stranger.id;
        each->push_back(junk);
    }
    const agreement::Relay passed = scene.passed_on(hop);
    came.trail.push_back(hop);

    const auto schools = agreement::schools_on_the_way(came, hop, passed.passport);

    REQUIRE(schools.size() == 3);
    CHECK(schools[0] == scene.author.id);
    // Those who are the longest way off before those with whom the receiver has agreed.
    CHECK(schools[1] == scene.forest.coordinators[0].id);
    CHECK(schools[2] == scene.rivers.coordinators[0].id);
}
