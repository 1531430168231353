// A passing network whose gateway lies: it has the keys of a coordinator of Rivers City, so that it
// can sign any passport of its own network, and what honest ones carried there. It forges the way,
// passes on what may go no further, widens, or leaves a hop out; each is refused for its own
// reason, nobody shows anything of it, and what the honest gateway passes on arrives. And gateways
// of the far network that ask for what goes no further. [A8] [A15]
#include "protocol/base/limits.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/passing_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using agreement::Hop;
using agreement::Refusal;
using agreement::Relay;
using Meant = PassingNetworks::Meant;

struct LyingPasser : PassingNetworks {
    LyingPasser()
        : PassingNetworks(61, {{{2, 3}, true}, {{1, 2}, true, {}, true}}) {
        part_from_forest();
        // A passport reaches over what stands before and goes no further.
        kept = publish(n2, words_of(2), {0});
        another_kind = publish(n2, words_of(3), {1, 3});
        passed = publish(n2, words_of(1));
        for (const RevisionId& each : {passed, kept, another_kind})
            ensure(arrive(each, schools_of_rivers()));
        world.run_for(std::chrono::seconds(20));
        north_log = log::log_id(shown(r1).views.at(passed).descriptor);
    }

    void part_from_forest() {
        for (const std::size_t one : {r, r1, r2})
            for (const std::size_t other : {f, f1, f2})
                world.part(one, other);
    }
    void mend() {
        for (const std::size_t one : {r, r1, r2})
            for (const std::size_t other : {f, f1, f2})
                world.mend(one, other);
    }
    [[nodiscard]] Caller& gateway(const std::string& name, std::uint64_t seed) {
        return add_caller(world, name, seed);
    }
    [[nodiscard]] bool is_one(std::size_t who) {
        const auto ground = world.school(who).replica->ground(network_of(who));
        const auto standing =
            std::ranges::find(ground->standings, rivers_forest, &agreement::Standing::link);
        return standing->agreement.one.network == network_of(who);
    }
    /// What r1 answers to whoever has the keys of f and asks for these places of that log.
    [[nodiscard]] std::vector<wire::Message> answers_to(const wire::FarAsk& ask) {
        const bool for_one = is_one(f);
        world.stop(f, true);
        Caller& caller = gateway("asks", 7);
        caller.on_open = [&caller, &ask, for_one, chain = world.school(f).chain](LinkId line) {
            caller.say(line, wire::FarHello{chain, for_one});
            caller.say(line, ask);
        };
        caller.call_with(
            r1, replica::far_meeting_key(rivers_forest), world.school(f).transport_secret
        );
        world.run_for(std::chrono::seconds(10));
        world.start(f, false);
        return caller.heard();
    }
    /// What an honest gateway says of what may be passed on.
    [[nodiscard]] Relay honest() {
        for (const wire::Message& each :
             answers_to({north_log, {shown(r1).views.at(passed).position}}))
            if (const auto* answer = std::get_if<wire::FarRelay>(&each);
                answer != nullptr && !answer->relay.empty())
                return *agreement::parse_relay(answer->relay);
        ensure(false);
        return *agreement::parse_relay({});
    }
    /// A record as it was carried to Rivers City, with all that proves it.
    [[nodiscard]] agreement::RelayedRecord carried(const RevisionId& revision) {
        School& school = world.school(r1);
        for (const replica::LogStatus& each : school.replica->logs(log::space_of(rivers))) {
            for (Position at{0};
                 each.descriptor.channel == log::Channel::records && at.value < each.stored.value;
                 ++at.value) {
                const LogSize end{at.value + 1};
                const auto chunk = school.store->load_chunk({each.id, at, end, end, 1, 1, true});
                ensure(chunk.has_value());
                const auto header = log::parse_header(*chunk->entries.front().header);
                if (!header || header->kind != log::kind_carried_record)
                    continue;
                auto found = agreement::parse_carried_record(*chunk->entries.front().body.encoded);
                ensure(found.has_value());
                if (log::revision_id(found->record.header) == revision)
                    return std::move(found->record);
            }
        }
        ensure(false);
        return {Position{0}, {}, log::BodyState::missing, {}, {}};
    }
    [[nodiscard]] agreement::SignedStatement sign(const agreement::Passport& passport) {
        Bytes bytes = agreement::encode_passport(passport);
        const crypto::SigningKey key(world.school(r).signing_seed);
        agreement::Signatures signatures{agreement::sign_for(
            {rivers, *world.school(r).id, key}, crypto::SignLabel::passport, bytes
        )};
        return {std::move(bytes), std::move(signatures)};
    }
    /// Says this to f1 with the keys of r, which is off.
    void lie(const Relay& relay) {
        const bool for_one = is_one(r1);
        world.stop(r, true);
        Caller& caller = gateway("liar", 8);
        const auto passport = agreement::parse_passport(relay.passport.bytes);
        ensure(passport.has_value());
        const wire::FarCrossing crossing{
            passport->descriptor, passport->size, {relay.records.front().position}};
        caller.on_open = [&caller, for_one, chain = world.school(r).chain](LinkId line) {
            caller.say(line, wire::FarHello{chain, for_one});
        };
        caller.on_message = [this, &caller, crossing, bytes = agreement::encode_relay(relay)](
                                LinkId line, const wire::Message& message
                            ) {
            if (std::holds_alternative<wire::FarHello>(message))
                caller.say(line, crossing);
            if (!std::holds_alternative<wire::FarAsk>(message))
                return;
            ++questions;
            caller.say(line, wire::FarRelay{bytes});
        };
        caller.call_with(
            f1, replica::far_meeting_key(rivers_forest), world.school(r).transport_secret
        );
        world.run_for(std::chrono::seconds(30));
        caller.on_open = {};
        caller.on_message = {};
    }

    RevisionId passed{RevisionId::Raw{}};
    RevisionId kept{RevisionId::Raw{}};
    RevisionId another_kind{RevisionId::Raw{}};
    LogId north_log{LogId::Raw{}};
    std::size_t questions = 0;
};

struct Lie {
    std::string name;
    Refusal why;
    std::function<void(LyingPasser&, Relay&)> change;
};

/// The passport of the passing network, after `change`, which it can sign.
template <class Change> std::function<void(LyingPasser&, Relay&)> passport_that(Change change) {
    return [change](LyingPasser& scene, Relay& relay) {
        auto passport = agreement::parse_passport(relay.passport.bytes);
        change(*passport);
        relay.passport = scene.sign(*passport);
    };
}

std::vector<Lie> lies() {
    return {
        {"leaves the hop out",
         Refusal::another_network,
         [](LyingPasser& scene, Relay& relay) {
             relay.trail.clear();
             passport_that([](agreement::Passport& its) { its.before.reset(); })(scene, relay);
         }},
        {"takes wider terms than were signed",
         Refusal::trail_forged,
         [](LyingPasser&, Relay& relay) {
             auto terms = agreement::parse_agreement(relay.trail[0].agreement);
             terms->one.gives.kinds = terms->other.gives.kinds = {1, 2, 3};
             relay.trail[0].agreement = agreement::encode_agreement(*terms);
         }},
        {"signs the hop itself",
         Refusal::trail_forged,
         [](LyingPasser& scene, Relay& relay) {
             const auto passport = agreement::parse_passport(relay.trail[0].passport.bytes);
             relay.trail[0].passport = scene.sign(*passport);
         }},
        {"comes by another passport",
         Refusal::trail_forged,
         passport_that([](agreement::Passport& its) { its.before = Digest(Digest::Raw{5}); })},
        {"says more of the log than it was given",
         Refusal::trail_forged,
         passport_that([](agreement::Passport& its) { ++its.size.value; })},
        {"puts a hop in",
         Refusal::trail_forged,
         [](LyingPasser&, Relay& relay) { relay.trail.push_back(relay.trail[0]); }},
        {"passes on what its author keeps from that",
         Refusal::not_passed_on,
         [](LyingPasser& scene, Relay& relay) { relay.records = {scene.carried(scene.kept)}; }},
        {"passes on a kind that it has not agreed on",
         Refusal::kind_not_agreed,
         [](LyingPasser& scene, Relay& relay) {
             relay.records = {scene.carried(scene.another_kind)};
         }},
        {"widens it",
         Refusal::not_in_the_log,
         [](LyingPasser& scene, Relay& relay) {
             relay.records = {scene.carried(scene.kept)};
             auto header = log::parse_header(relay.records[0].header);
             header->pass_on = 3;
             relay.records[0].header = log::encode_header(*header);
         }},
        {"alters the words", Refusal::body_altered, [](LyingPasser&, Relay& relay) {
             relay.records[0].body.salt[0] ^= 1U;
         }}};
}

} // namespace

TEST_CASE("lying passer: each lie has its reason, and the honest one goes on", "[sim][passing]") {
    for (const Lie& lie : lies()) {
        CAPTURE(lie.name);
        LyingPasser scene;
        Relay relay = scene.honest();
        lie.change(scene, relay);

        scene.lie(relay);

        CHECK(scene.questions > 0);
        CHECK(scene.crossing(scene.f1, scene.rivers_forest).theirs_refused.count(lie.why) == 1);
        for (const std::size_t who : scene.schools_of_forest())
            CHECK(scene.shown(who).entries == 0);
        scene.mend();
        REQUIRE(scene.arrive(scene.passed, scene.schools_of_forest()));
        for (const std::size_t who : scene.schools_of_forest())
            CHECK(scene.shown(who).entries == 1);
        CHECK(scene.is_nowhere(scene.schools_of_forest(), scene.kept, scene.n2));
        CHECK(scene.is_nowhere(scene.schools_of_forest(), scene.another_kind, scene.n2));
    }
}

TEST_CASE("lying passer: what it says honestly is taken", "[sim][passing]") {
    LyingPasser scene;
    const Relay relay = scene.honest();
    REQUIRE(relay.trail.size() == 1);

    scene.lie(relay);

    CHECK(scene.shows(scene.f1, scene.passed));
}

// The attack: a network that the passing one is linked with has thousands of logs.
TEST_CASE("lying passer: more logs than anybody keeps in mind end no line", "[sim][passing]") {
    LyingPasser scene;
    const bool for_one = scene.is_one(scene.r1);
    scene.world.stop(scene.r, true);
    Caller& caller = scene.gateway("tells", 9);
    std::optional<LinkId> line;
    caller.on_open = [&](LinkId opened) {
        line = opened;
        caller.say(opened, wire::FarHello{scene.world.school(scene.r).chain, for_one});
    };
    caller.on_message = [&](LinkId at, const wire::Message& message) {
        if (std::holds_alternative<wire::FarAsk>(message))
            caller.say(at, wire::FarRelay{});
        if (!std::holds_alternative<wire::FarHello>(message))
            return;
        tests::SeededRandom random(10);
        log::LogDescriptor descriptor = scene.shown(scene.r1).views.at(scene.passed).descriptor;
        for (std::size_t i = 0; i <= limits::far_logs_max; ++i) {
            descriptor.incarnation = random.make<Incarnation>();
            caller.say(at, wire::FarCrossing{descriptor, LogSize{1}, {Position{0}}});
        }
    };
    caller.call_with(
        scene.f1,
        replica::far_meeting_key(scene.rivers_forest),
        scene.world.school(scene.r).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(20));

    REQUIRE(line);
    CHECK(caller.is_open(*line));
    scene.mend();
    REQUIRE(scene.arrive(scene.passed, scene.schools_of_forest()));
}

TEST_CASE("lying passer: what goes no further is given to nobody who asks", "[sim][passing]") {
    LyingPasser scene;
    wire::FarAsk ask{scene.north_log, {}};
    for (const auto& [revision, view] : scene.shown(scene.r1).views)
        ask.positions.push_back(view.position);
    std::ranges::sort(ask.positions);
    REQUIRE(ask.positions.size() == 3);
    const Position allowed = scene.shown(scene.r1).views.at(scene.passed).position;

    std::size_t relays = 0;
    for (const wire::Message& message : scene.answers_to(ask)) {
        if (const auto* crossing = std::get_if<wire::FarCrossing>(&message))
            CHECK(crossing->positions == std::vector{allowed});
        const auto* answer = std::get_if<wire::FarRelay>(&message);
        if (answer == nullptr || answer->relay.empty())
            continue;
        ++relays;
        const auto relay = agreement::parse_relay(answer->relay);
        REQUIRE(relay);
        REQUIRE(relay->records.size() == 1);
        CHECK(log::revision_id(relay->records[0].header) == scene.passed);
        // Of Northside nobody but the author and who has signed.
        CHECK(relay->chains.size() <= 4);
    }
    CHECK(relays == 1);
}

TEST_CASE("lying passer: nobody hears what was called back and never went on", "[sim][passing]") {
    LyingPasser scene;
    const Words passed = words_at(scene.world, scene.n2, scene.passed);
    const Words kept = words_at(scene.world, scene.n2, scene.kept);
    const Words another_kind = words_at(scene.world, scene.n2, scene.another_kind);
    for (const Words& words : {passed, kept, another_kind}) {
        call_back(scene.world, scene.n2, scene.north, scene.n2, words);
        REQUIRE(scene.has_gone({scene.r1}, words));
    }

    std::vector<RevisionId> told;
    for (const wire::Message& message : scene.answers_to({scene.north_log, {Position{0}}}))
        if (const auto* gone = std::get_if<wire::FarGone>(&message))
            told.insert(told.end(), gone->revisions.begin(), gone->revisions.end());

    CHECK(told == std::vector{scene.passed});
}

} // namespace staffroom::simulation
