// A gateway whose program was changed: it has the real keys of a school on the card, shakes hands
// as the protocol says and then lies in every way that a relay has. Each lie is refused for its own
// reason, nobody shows anything of it, and what an honest gateway brings arrives. And callers that
// ask for what does not cross. [A6] [A12] [A13]
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/linked_networks.hpp"
#include "tests/support/slow_tree.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using agreement::Refusal;
using agreement::Relay;
using log::Blake2b256;

/// What a school has written, as a gateway with its keys, and with those of a coordinator, can show
/// it.
struct WrittenLog {
    log::LogDescriptor descriptor;
    std::vector<log::StoredEntry> entries{};
    std::vector<TreeHash> leaves{};
};

struct LyingScene : LinkedNetworks {
    LyingScene()
        : LinkedNetworks(21) {
        part_networks();
        finding = publish_linked(a2, "what we found");
        write_up = publish_linked(a2, "a write-up", 1);
        kept = publish(a2, "kept at home");
        elsewhere = publish(a2, "elsewhere", 2, {world.school(a).random->make<SharingId>()});
        world.run_for(std::chrono::seconds(20));
        log = written(a1, *world.school(a2).id);
        world.stop(a, true); // the liar has its keys now
        auto made = std::make_unique<Caller>(world, 5);
        caller = made.get();
        const std::size_t index = world.add_guest("liar", std::move(made));
        caller->settle(index);
    }

    WrittenLog written(std::size_t at, const SchoolId& author) {
        School& school = world.school(at);
        for (const replica::LogStatus& each : school.replica->logs(log::space_of(forest))) {
            if (each.descriptor.channel != log::Channel::records ||
                each.descriptor.school != author)
                continue;
            WrittenLog found{each.descriptor};
            for (Position place{0}; place.value < each.stored.value; ++place.value) {
                const LogSize end{place.value + 1};
                const auto chunk = school.store->load_chunk({each.id, place, end, end, 1, 1, true});
                ensure(chunk.has_value());
                found.entries.push_back(chunk->entries.front());
                found.leaves.push_back(log::leaf_hash<Blake2b256>(*found.entries.back().header));
            }
            return found;
        }
        ensure(false);
        return {log.descriptor};
    }
    [[nodiscard]] Position place_of(const RevisionId& revision) const {
        for (std::size_t i = 0; i < log.entries.size(); ++i)
            if (log::revision_id(*log.entries[i].header) == revision)
                return Position{i};
        ensure(false);
        return Position{0};
    }
    [[nodiscard]] agreement::Passport passport(std::size_t size) {
        const auto& standing = world.school(a1).replica->ground(forest)->standings.front();
        return {
            standing.id,
            standing.cards_of(forest)->newest().hash,
            log.descriptor,
            LogSize{size},
            tests::slow_root<Blake2b256>(std::span(log.leaves).first(size))};
    }
    [[nodiscard]] agreement::SignedStatement
    sign(const agreement::Passport& passport, std::size_t by) {
        Bytes bytes = agreement::encode_passport(passport);
        const crypto::SigningKey key(world.school(by).signing_seed);
        agreement::Signatures signatures{agreement::sign_for(
            {forest, *world.school(by).id, key}, crypto::SignLabel::passport, bytes
        )};
        return {std::move(bytes), std::move(signatures)};
    }
    /// What an honest gateway would say of this record.
    [[nodiscard]] Relay relay(const RevisionId& revision) {
        const std::size_t size = log.entries.size();
        const Position place = place_of(revision);
        const log::StoredEntry& entry = log.entries[place.value];
        const crypto::SigningKey author(world.school(a2).signing_seed);
        return {
            {},
            sign(passport(size), a),
            {world.school(a2).chain, world.school(a).chain},
            log::sign_head(
                {log::log_id(log.descriptor),
                 LogSize{size},
                 tests::slow_root<Blake2b256>(log.leaves),
                 WallTime{1}},
                author
            ),
            {},
            {{place,
              *entry.header,
              log::BodyState::have,
              entry.body,
              tests::slow_inclusion<Blake2b256>(place.value, log.leaves)}}};
    }
    [[nodiscard]] bool is_forest_one() {
        return world.school(a1).replica->ground(forest)->standings.front().agreement.one.network ==
               forest;
    }
    /// Calls b with the keys of this school, tells of this place, and answers the question for it.
    /// The chain that it shows is its own, or that of another one.
    void
    lie(const RevisionId& revision,
        const Bytes& answer,
        std::size_t as,
        std::optional<std::size_t> shows = std::nullopt) {
        const Bytes chain = world.school(shows.value_or(as)).chain;
        caller->on_open = [this, chain](LinkId line) {
            caller->say(line, wire::FarHello{chain, is_forest_one()});
        };
        caller->on_message = [this, revision, answer](LinkId line, const wire::Message& message) {
            if (std::holds_alternative<wire::FarHello>(message))
                caller->say(
                    line,
                    wire::FarCrossing{
                        log.descriptor, LogSize{log.entries.size()}, {place_of(revision)}}
                );
            if (std::holds_alternative<wire::FarAsk>(message)) {
                ++questions;
                caller->say(line, wire::FarRelay{answer});
            }
        };
        caller->call_with(b, replica::far_meeting_key(link), world.school(as).transport_secret);
        world.run_for(std::chrono::seconds(30));
    }
    [[nodiscard]] std::set<Refusal> refusals() {
        std::set<Refusal> all;
        for (const auto& [why, count] : crossing(b).theirs_refused)
            all.insert(why);
        return all;
    }

    RevisionId finding{RevisionId::Raw{}};
    RevisionId write_up{RevisionId::Raw{}};
    RevisionId kept{RevisionId::Raw{}};
    RevisionId elsewhere{RevisionId::Raw{}};
    WrittenLog log{
        {SpaceId({}), log::Channel::records, SchoolId({}), SigningPublicKey({}), Incarnation({})}};
    Caller* caller = nullptr;
    std::size_t questions = 0;
};

struct Lie {
    std::string name;
    Refusal why;
    std::function<Relay(LyingScene&)> make;
};

/// A relay of the finding, after `change`.
template <class Change> std::function<Relay(LyingScene&)> changed(Change change) {
    return [change](LyingScene& scene) {
        Relay relay = scene.relay(scene.finding);
        change(scene, relay);
        return relay;
    };
}

std::vector<Lie> lies_about_records() {
    return {
        {"alters the words", Refusal::body_altered, changed([](LyingScene&, Relay& relay) {
             relay.records[0].body.salt[0] ^= 1U;
         })},
        {"widens the header", Refusal::not_in_the_log, changed([](LyingScene&, Relay& relay) {
             auto header = log::parse_header(relay.records[0].header);
             header->pass_on = 9;
             relay.records[0].header = log::encode_header(*header);
         })},
        {"shows another record in its place",
         Refusal::not_in_the_log,
         changed([](LyingScene& scene, Relay& relay) {
             relay.records[0].header = scene.relay(scene.kept).records[0].header;
         })},
        {"brings another kind",
         Refusal::kind_not_agreed,
         [](LyingScene& scene) { return scene.relay(scene.write_up); }},
        {"brings what was kept at home",
         Refusal::not_for_this_link,
         [](LyingScene& scene) { return scene.relay(scene.kept); }},
        {"brings what is for another link", Refusal::not_for_this_link, [](LyingScene& scene) {
             return scene.relay(scene.elsewhere);
         }}};
}

std::vector<Lie> lies_about_proofs() {
    return {
        {"brings a head that the school has not signed",
         Refusal::head_not_signed,
         changed([](LyingScene& scene, Relay& relay) {
             const crypto::SigningKey key(scene.world.school(scene.a).signing_seed);
             relay.head = log::sign_head(relay.head.head, key);
         })},
        {"shows a history that the school has not signed",
         Refusal::not_one_history,
         changed([](LyingScene& scene, Relay& relay) {
             auto passport = scene.passport(scene.log.entries.size());
             passport.root = tests::altered(passport.root);
             relay.passport = scene.sign(passport, scene.a);
         })},
        {"has nobody's passport",
         Refusal::passport_not_signed,
         changed([](LyingScene& scene, Relay& relay) {
             relay.passport = scene.sign(scene.passport(scene.log.entries.size()), scene.a2);
         })},
        {"replays a passport for another link",
         Refusal::another_agreement,
         changed([](LyingScene& scene, Relay& relay) {
             auto passport = scene.passport(scene.log.entries.size());
             passport.agreement = scene.world.school(scene.a1).random->make<AgreementId>();
             relay.passport = scene.sign(passport, scene.a);
         })},
        {"brings what stands behind the passport",
         Refusal::behind_the_cut,
         changed([](LyingScene& scene, Relay& relay) {
             relay.passport = scene.sign(scene.passport(1), scene.a);
             relay.to_head = tests::slow_consistency<Blake2b256>(1, scene.log.leaves);
         })},
        {"forges a trail", Refusal::trail_forged, changed([](LyingScene& scene, Relay& relay) {
             const auto& standing =
                 scene.world.school(scene.a1).replica->ground(scene.forest)->standings.front();
             relay.trail.push_back(
                 {agreement::encode_agreement(standing.agreement), {}, {}, relay.passport}
             );
         })},
        {"leaves out who wrote it",
         Refusal::author_not_certified,
         changed([](LyingScene&, Relay& relay) { relay.chains.erase(relay.chains.begin()); })}};
}

} // namespace

TEST_CASE("lying gateway: each lie has its reason, and the honest one goes on", "[sim]") {
    std::vector<Lie> lies = lies_about_records();
    std::ranges::move(lies_about_proofs(), std::back_inserter(lies));
    for (const Lie& lie : lies) {
        CAPTURE(lie.name);
        LyingScene scene;
        const Relay relay = lie.make(scene);
        const RevisionId asked_for =
            log::revision_id(*scene.log.entries.at(relay.records[0].position.value).header);

        scene.lie(asked_for, agreement::encode_relay(relay), scene.a);

        CHECK(scene.questions > 0);
        CHECK(scene.refusals().count(lie.why) == 1);
        CHECK(scene.shown(scene.b).entries == 0);
        // Some an honest gateway could say that has not heard of a change yet.
        const bool could_be_honest = lie.why == Refusal::passport_not_signed ||
                                     lie.why == Refusal::another_agreement ||
                                     lie.why == Refusal::behind_the_cut;
        CHECK((scene.caller->open_count() == 1) == could_be_honest);
        scene.mend_networks();
        REQUIRE(scene.arrive({scene.finding}, std::chrono::seconds(120)));
        CHECK(scene.shown(scene.b3).views.size() == 1);
    }
}

TEST_CASE("lying gateway: with the keys of nobody on the card it is not heard", "[sim]") {
    LyingScene scene;
    const Bytes honest = agreement::encode_relay(scene.relay(scene.finding));
    SECTION("a plain member") {
        scene.lie(scene.finding, honest, scene.a2);
        CHECK(scene.questions == 0);
        CHECK(scene.caller->open_count() == 0);
        CHECK(scene.shown(scene.b).entries == 0);
    }
    SECTION("a plain member that shows the chain of a coordinator") {
        scene.lie(scene.finding, honest, scene.a2, scene.a);
        CHECK(scene.questions == 0);
        CHECK(scene.caller->open_count() == 0);
        CHECK(scene.shown(scene.b).entries == 0);
    }
    SECTION("a coordinator is") {
        scene.lie(scene.finding, honest, scene.a);
        CHECK(scene.questions == 1);
        CHECK(scene.shows(scene.b, scene.finding));
    }
}

TEST_CASE("lying gateway: what does not cross is given to nobody who asks", "[sim]") {
    LyingScene scene;
    scene.world.stop(scene.b, true); // whose keys the caller has
    scene.caller->on_open = [&](LinkId link) {
        scene.caller->say(
            link, wire::FarHello{scene.world.school(scene.b).chain, !scene.is_forest_one()}
        );
        wire::FarAsk ask{log::log_id(scene.log.descriptor), {}};
        for (std::size_t i = 0; i < scene.log.entries.size(); ++i)
            ask.positions.push_back(Position{i});
        scene.caller->say(link, ask);
    };
    scene.caller->call_with(
        scene.a1, replica::far_meeting_key(scene.link), scene.world.school(scene.b).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(10));

    std::size_t relays = 0;
    for (const wire::Message& message : scene.caller->heard()) {
        const bool is_far_word = std::holds_alternative<wire::FarHello>(message) ||
                                 std::holds_alternative<wire::FarCrossing>(message) ||
                                 std::holds_alternative<wire::FarRelay>(message) ||
                                 std::holds_alternative<wire::Ping>(message);
        CHECK(is_far_word); // no greeting, token or offer of a network
        if (const auto* crossing = std::get_if<wire::FarCrossing>(&message))
            CHECK(crossing->positions == std::vector{scene.place_of(scene.finding)});
        if (const auto* answer = std::get_if<wire::FarRelay>(&message)) {
            ++relays;
            const auto relay = agreement::parse_relay(answer->relay);
            REQUIRE(relay);
            REQUIRE(relay->records.size() == 1);
            CHECK(log::revision_id(relay->records[0].header) == scene.finding);
        }
    }
    CHECK(relays == 1);
}

} // namespace staffroom::simulation
