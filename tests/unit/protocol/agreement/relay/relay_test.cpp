// Records that come from another network: what honest coordinators and authors have signed crosses,
// and each lie of a carrier is refused for its own reason.
#include "tests/support/agreement/linked_scene.hpp"

#include <catch2/catch.hpp>

namespace agreement = staffroom::agreement;
namespace crypto = staffroom::crypto;
namespace identity = staffroom::identity;
namespace slog = staffroom::log;
using agreement::Checked;
using agreement::Refusal;
using agreement::Relay;
using staffroom::Bytes;
using staffroom::LogSize;
using staffroom::NetworkId;
using staffroom::Position;
using staffroom::records::Reach;
using staffroom::records::RecordKind;
using staffroom::tests::AgreementScene;
using staffroom::tests::LinkedScene;
using staffroom::tests::passport_for;
using staffroom::tests::relay_of;
using staffroom::tests::SceneLog;

namespace {

/// Why the relay, or else its first record, is refused; none when it crosses.
std::optional<Refusal> refusal_of(const Checked& checked) {
    if (checked.all)
        return checked.all;
    return checked.refused.empty() ? std::nullopt : std::optional(checked.refused.front().why);
}

/// Signs the passport of a relay again, after `change`.
template <class Change> void resign_passport(LinkedScene& scene, Relay& relay, Change change) {
    auto passport = agreement::parse_passport(relay.passport.bytes);
    REQUIRE(passport);
    change(*passport);
    relay.passport = AgreementScene::signed_by(
        scene.forest, crypto::SignLabel::passport, agreement::encode_passport(*passport)
    );
}

} // namespace

TEST_CASE("relay: a finding for the link crosses, with its place and network", "[agreement]") {
    LinkedScene scene;
    const Relay relay = scene.relay({0, 2}, 3);

    const Checked checked = scene.check(relay);

    REQUIRE_FALSE(checked.all);
    CHECK(checked.refused.empty());
    REQUIRE(checked.crossed.size() == 2);
    CHECK(checked.crossed[1].place == 1);
    CHECK(checked.crossed[1].revision == slog::revision_id(scene.log.records[2].header));
    CHECK(checked.crossed[1].trail == std::vector<NetworkId>{scene.forest.id});
}

TEST_CASE("relay: comes back from its bytes as it was", "[agreement]") {
    LinkedScene scene;
    const Bytes bytes = agreement::encode_relay(scene.relay({0, 1, 2}, 3));

    const auto parsed = agreement::parse_relay(bytes);

    REQUIRE(parsed);
    CHECK(agreement::encode_relay(*parsed) == bytes);
    CHECK(scene.check(*parsed).crossed.size() == 3);
}

TEST_CASE("relay: no changed byte makes another record cross", "[agreement]") {
    LinkedScene scene;
    const Relay honest = scene.relay({1}, 3);
    const Bytes bytes = agreement::encode_relay(honest);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        CAPTURE(i);
        Bytes changed = bytes;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ (1U << (i % 8)));
        const auto parsed = agreement::parse_relay(changed);
        if (!parsed)
            continue;
        const Checked checked = scene.check(*parsed);
        for (const auto& crossed : checked.crossed) {
            const auto& record = parsed->records.at(crossed.place);
            CHECK(record.header == honest.records[0].header);
            const bool is_whole = record.state == slog::BodyState::have;
            CHECK((!is_whole || *record.body.encoded == *honest.records[0].body.encoded));
        }
    }
}

TEST_CASE("relay: a carrier that alters is refused", "[agreement]") {
    LinkedScene scene;
    Relay relay = scene.relay({1}, 3);

    SECTION("the header: to a wider reach, say") {
        auto header = slog::parse_header(relay.records[0].header);
        REQUIRE(header);
        header->pass_on = 9;
        relay.records[0].header = slog::encode_header(*header);
        CHECK(refusal_of(scene.check(relay)) == Refusal::not_in_the_log);
    }
    SECTION("the place") {
        relay.records[0].position = Position{2};
        CHECK(refusal_of(scene.check(relay)) == Refusal::not_in_the_log);
    }
    SECTION("the words") {
        relay.records[0].body.encoded = scene.log.records[0].body.encoded;
        CHECK(refusal_of(scene.check(relay)) == Refusal::body_altered);
    }
    SECTION("the head") {
        relay.head.signature = scene.log.head(2).signature;
        CHECK(refusal_of(scene.check(relay)) == Refusal::head_not_signed);
    }
    SECTION("the passport") {
        auto passport = agreement::parse_passport(relay.passport.bytes);
        REQUIRE(passport);
        passport->size = LogSize{4};
        relay.passport.bytes = agreement::encode_passport(*passport);
        CHECK(refusal_of(scene.check(relay)) == Refusal::passport_not_signed);
    }
    SECTION("the bytes, so that they are none") {
        relay.passport.bytes.pop_back();
        CHECK(refusal_of(scene.check(relay)) == Refusal::unreadable);
    }
}

TEST_CASE("relay: without its words a record crosses, and they are missing", "[agreement]") {
    LinkedScene scene;
    Relay relay = scene.relay({1}, 3);
    relay.records[0].state = slog::BodyState::missing;
    relay.records[0].body = {};
    CHECK(scene.check(relay).crossed.size() == 1);
}

TEST_CASE("relay: what its author did not mean for this link stays", "[agreement]") {
    LinkedScene scene;
    const auto linked = [&](RecordKind kind, Reach reach, bool is_for_link) {
        SceneLog::Meant meant{{}, kind, 0, reach};
        meant.links.push_back(is_for_link ? scene.link : scene.random.make<staffroom::SharingId>());
        const std::size_t place = scene.log.publish(meant, "kept at home");
        return refusal_of(scene.check(scene.relay({place}, place + 1)));
    };
    constexpr auto finding = RecordKind::enquiry_finding;

    CHECK(linked(finding, Reach::linked, true) == std::nullopt);
    CHECK(linked(RecordKind::practice_write_up, Reach::linked, true) == Refusal::kind_not_agreed);
    CHECK(linked(finding, Reach::linked, false) == Refusal::not_for_this_link);
    CHECK(linked(finding, Reach::network, true) == Refusal::not_for_this_link);
}

TEST_CASE("relay: coordinators cannot write for a school", "[agreement]") {
    LinkedScene scene;

    SECTION("with a key that they made up") {
        auto forged = scene.school();
        SceneLog log(scene, forged, scene.forest.id);
        log.descriptor.school = scene.author.id;
        log.publish({{scene.link}}, "in another's name");
        auto relay = relay_of(log, {scene.forest, scene.agreement_id, {0}, 1});
        relay.chains = {scene.author.chain.wire()};
        CHECK(refusal_of(scene.check(relay)) == Refusal::author_not_certified);
    }
    SECTION("in the log of another school") {
        auto other = scene.school();
        SceneLog log(scene, other, scene.forest.id);
        log.publish({{scene.link}}, "by the school of the log");
        log.records[0].header = scene.log.records[0].header;
        log.records[0].body = scene.log.records[0].body;
        log.leaves[0] = slog::leaf_hash<slog::Blake2b256>(log.records[0].header);
        const auto relay = relay_of(log, {scene.forest, scene.agreement_id, {0}, 1});
        CHECK(refusal_of(scene.check(relay)) == Refusal::author_not_certified);
    }
    SECTION("by signing another history") {
        Relay relay = scene.relay({1}, 3);
        resign_passport(scene, relay, [&](agreement::Passport& passport) {
            passport.root = staffroom::tests::altered(passport.root);
        });
        CHECK(refusal_of(scene.check(relay)) == Refusal::not_one_history);
    }
    SECTION("without a passport for it") {
        Relay relay = scene.relay({1}, 3);
        relay.passport.signatures.clear();
        CHECK(refusal_of(scene.check(relay)) == Refusal::passport_not_signed);
    }
}

TEST_CASE("relay: a passport of another link, network or time is good for nothing", "[agreement]") {
    LinkedScene scene;
    Relay relay = scene.relay({1}, 3);

    SECTION("of another link") {
        resign_passport(scene, relay, [&](agreement::Passport& passport) {
            passport.agreement = scene.random.make<staffroom::AgreementId>();
        });
        CHECK(refusal_of(scene.check(relay)) == Refusal::another_agreement);
    }
    SECTION("for a log of another network") {
        SceneLog log(scene, scene.author, scene.north.id);
        log.publish({{scene.link}}, "written elsewhere");
        relay = relay_of(log, {scene.forest, scene.agreement_id, {0}, 1});
        CHECK(refusal_of(scene.check(relay)) == Refusal::another_network);
    }
    SECTION("from before a coordinator was removed") {
        scene.follow_card(scene.forest, {scene.forest.coordinators[0].id}, 2);
        scene.fold();
        CHECK(refusal_of(scene.check(relay)) == Refusal::passport_outdated);
        CHECK(refusal_of(scene.check(scene.relay({1}, 3))) == std::nullopt);
    }
    SECTION("by a coordinator that was removed in the same hour") {
        scene.follow_card(
            scene.forest, {scene.forest.coordinators[1].id, scene.forest.coordinators[2].id}, 2
        );
        scene.fold();
        CHECK(refusal_of(scene.check(scene.relay({1}, 3))) == Refusal::passport_not_signed);
    }
    SECTION("of a network that has no side") {
        const agreement::Receiver stranger{
            scene.north.id, *scene.standing, scene.chain_of, scene.verifier};
        CHECK(agreement::check_relay(relay, stranger).all == Refusal::not_agreed);
    }
    SECTION("while two cards follow one") {
        scene.follow_card(scene.forest, {scene.forest.coordinators[0].id}, 2);
        scene.forest.cards.pop_back();
        scene.follow_card(scene.forest, {scene.forest.coordinators[1].id}, 2);
        scene.fold();
        CHECK(refusal_of(scene.check(relay)) == Refusal::disputed);
    }
}

TEST_CASE("relay: a passport by replaced terms proves what crosses by both", "[agreement]") {
    const auto kind = [](RecordKind each) { return static_cast<std::uint32_t>(each); };
    const std::uint32_t write_up = kind(RecordKind::practice_write_up);
    const std::uint32_t finding = kind(RecordKind::enquiry_finding);
    LinkedScene scene;
    const auto renew = [&](std::vector<std::uint32_t> kinds, std::uint32_t number) {
        agreement::Agreement next = scene.standing->agreement;
        next.link = scene.link;
        next.number = number;
        (next.one.network == scene.forest.id ? next.one : next.other).gives.kinds =
            std::move(kinds);
        Bytes bytes = agreement::encode_agreement(next);
        const bool is_forest_one = next.one.network == scene.forest.id;
        const auto sign = [&](bool is_forest) {
            return AgreementScene::signatures(
                is_forest ? scene.forest : scene.rivers, crypto::SignLabel::agreement, bytes, 1
            );
        };
        scene.statements.agreements.push_back({bytes, sign(is_forest_one), sign(!is_forest_one)});
        scene.fold();
        REQUIRE(scene.standing->agreement.number == number);
    };
    const std::size_t place =
        scene.log.publish({{scene.link}, RecordKind::practice_write_up}, "a write-up");
    const Relay by_old = scene.relay({1, place}, place + 1);
    const Relay finding_by_old = scene.relay({1}, 3);

    SECTION("what goes on as it was needs no new one") {
        renew({finding}, 1);
        CHECK(refusal_of(scene.check(finding_by_old)) == std::nullopt);
    }
    SECTION("what is added does not cross by the old one") {
        renew({write_up, finding}, 1);
        CHECK(scene.check(by_old).crossed.size() == 1);
        CHECK(refusal_of(scene.check(by_old)) == Refusal::kind_not_agreed);
        const auto now =
            relay_of(scene.log, {scene.forest, scene.standing->id, {place}, place + 1});
        CHECK(refusal_of(scene.check(now)) == std::nullopt);
    }
    SECTION("what is taken out does not cross by the old one any more") {
        renew({write_up}, 1);
        CHECK(scene.check(finding_by_old).crossed.empty());
        CHECK(refusal_of(scene.check(finding_by_old)) == Refusal::terms_replaced); // no lie
        renew({finding}, 2);
        CHECK(refusal_of(scene.check(finding_by_old)) == std::nullopt);
    }
    SECTION("a coordinator who was removed signs none by it") {
        renew({finding}, 1);
        scene.follow_card(
            scene.forest, {scene.forest.coordinators[1].id, scene.forest.coordinators[2].id}, 2
        );
        scene.fold();
        CHECK(refusal_of(scene.check(finding_by_old)) == Refusal::passport_outdated);
    }
}

TEST_CASE("agreement: what crosses by both terms crosses by each", "[agreement]") {
    using agreement::common_terms;
    using agreement::Terms;
    AgreementScene scene;
    const auto some = scene.random.make<NetworkId>();
    const auto other = scene.random.make<NetworkId>();

    CHECK(common_terms({{1, 2}, true}, {{2, 3}, true}) == Terms{{2}, true});
    CHECK(common_terms({{2}, true}, {{2}, false}) == Terms{{2}, false});
    CHECK(common_terms({{2}, true, {some}}, {{2}, true}) == Terms{{2}, true, {some}});
    // Two lists with nothing in common name nobody; an empty one would name everybody.
    CHECK_FALSE(common_terms({{2}, true, {some}}, {{2}, true, {other}}).pass_on);
    CHECK_FALSE(common_terms({{2}, true, {}, true}, {{2}, true}).passed_on);
}

TEST_CASE("relay: later entries of a school that is out are refused", "[agreement]") {
    LinkedScene scene;

    SECTION("behind the pin of its passport") {
        Relay relay = scene.relay({1}, 2);
        relay.records = {scene.log.record(2, 3)};
        CHECK(refusal_of(scene.check(relay)) == Refusal::behind_the_cut);
    }
    SECTION("behind its last passport, with an older one that is larger") {
        const Relay older = scene.relay({1, 2}, 3);
        scene.last_passport(2);
        scene.fold();
        const Checked checked = scene.check(older);
        REQUIRE(checked.crossed.size() == 1);
        CHECK(checked.crossed[0].place == 0);
        CHECK(refusal_of(checked) == Refusal::behind_the_cut);
    }
    SECTION("behind what its revoked key signed") {
        const auto pin =
            slog::LogPin{slog::log_id(scene.log.descriptor), LogSize{2}, scene.log.root(2)};
        const auto revoked = identity::revoke(
            scene.author.chain.wire(),
            scene.author.root,
            scene.author.certificate.id,
            {pin},
            scene.verifier
        );
        REQUIRE(revoked);
        Relay relay = scene.relay({1, 2}, 3);
        relay.chains = {*revoked};
        const Checked checked = scene.check(relay);
        CHECK(checked.crossed.size() == 1);
        CHECK(refusal_of(checked) == Refusal::behind_the_cut);
    }
}

TEST_CASE("relay: nothing written after the end crosses, what came before stays", "[agreement]") {
    LinkedScene scene;
    const Relay all = scene.relay({0, 1, 2}, 3);

    SECTION("by the network that gives") {
        scene.end(scene.forest, 2);
    }
    SECTION("by the network that takes") {
        scene.end(scene.rivers, 2);
    }
    SECTION("by both, the smaller pin counts") {
        scene.end(scene.forest, 3);
        scene.end(scene.rivers, 2);
    }
    scene.fold();

    const Checked checked = scene.check(all);

    CHECK(checked.crossed.size() == 2);
    CHECK(refusal_of(checked) == Refusal::after_the_end);
}

TEST_CASE("relay: one signature for a passport and one for a head", "[agreement]") {
    struct Counting final : crypto::Verifier {
        crypto::SodiumVerifier real;
        std::size_t count = 0;
        bool verify(
            crypto::SignLabel label,
            const staffroom::SigningPublicKey& key,
            staffroom::ByteView bytes,
            const staffroom::Signature& signature
        ) override {
            ++count;
            return real.verify(label, key, bytes, signature);
        }
    };
    LinkedScene scene;
    scene.publish_many(100);
    const std::size_t size = scene.log.records.size();
    std::vector<std::size_t> places;
    for (std::size_t place = size - 100; place < size; ++place)
        places.push_back(place);
    const Relay relay = scene.relay(places, size);
    scene.chains[scene.author.id] = &scene.author.chain;
    Counting counting;

    const Checked checked =
        agreement::check_relay(relay, {scene.rivers.id, *scene.standing, scene.chain_of, counting});

    CHECK(checked.crossed.size() == 100);
    CHECK(counting.count == 2);
    std::size_t own_bytes = 0;
    for (const auto& record : relay.records)
        own_bytes += record.header.size() + record.body.salt.size() + record.body.encoded->size();
    CHECK((agreement::encode_relay(relay).size() - own_bytes) / 100 < 600);
}
