// What has been settled stays: whatever one author adds later, whatever becomes of one school's
// log, and in whatever order a handful of operations was seen.
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

namespace network = staffroom::network;
using network::Confirm;
using network::Leave;
using network::Reason;
using network::Remove;
using network::Role;
using network::Roster;
using network::Seen;
using network::SetRole;
using network::Suspend;
using staffroom::RevisionId;
using staffroom::SchoolId;
using staffroom::tests::Cast;
using staffroom::tests::found;
using staffroom::tests::make_cast;
using staffroom::tests::School;
using staffroom::tests::some_seen;
using staffroom::tests::Story;
using staffroom::tests::summary;
using Scene = staffroom::tests::MembershipScene;

namespace {

/// Anything by this school, having seen anything, but for a further signature of what others wrote.
void add_at_random(Scene& scene, const School& author, int operations) {
    for (int i = 0; i < operations; ++i) {
        scene.cast.closings.clear();
        say_something(scene.story, scene.cast, author, some_seen(scene.story, false));
    }
}

/// A life in which nodes do what they should: each names what it has seen, admits are copied, and
/// others vouch.
void live(Scene& scene, int operations) {
    for (int i = 0; i < operations; ++i) {
        const auto at = scene.story.random.below(4);
        const School& author = scene.cast.schools[at];
        const School newcomer = make_school(scene.story.random);
        const auto code = scene.story.invite(author, scene.story.names_for(author));
        const School& friendly = scene.cast.schools[scene.story.random.below(6)];
        scene.story.admit(friendly, code, newcomer, scene.story.names_for(friendly));
        const School& copier = friendly.id == author.id ? scene.cast.schools[(at + 3) % 4] : author;
        auto copy = network::parse_operation(scene.story.told.back().operation);
        scene.say(copier, std::move(copy->act), scene.story.names_for(copier));
        if (scene.story.random.below(3) == 0)
            scene.say(
                author, SetRole{newcomer.id, Role::coordinator}, scene.story.names_for(author)
            );
        scene.cast.schools.push_back(newcomer);
        for (const std::size_t other : {(at + 1) % 4, (at + 2) % 4}) {
            const School& witness = scene.cast.schools[other];
            scene.say(witness, Seen{}, scene.story.names_for(witness));
        }
    }
}

/// One of six things that four schools do; what each has seen comes from outside.
using Step = std::pair<std::size_t, network::Act (*)(const Cast&)>;

} // namespace

TEST_CASE("settled: nothing that one school adds takes another one's place or role", "[network]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        INFO("seed " << seed);
        Scene scene(2000 + seed);
        live(scene, 5);
        const Roster before = scene.fold();
        const School author = scene.cast.schools[scene.story.random.below(6)];
        const bool is_plain = !before.is_coordinator(author.id);
        add_at_random(scene, author, 25);

        const Roster after = scene.fold();

        for (const auto& [school, member] : before.members) {
            if (school == author.id)
                continue;
            if (is_plain)
                CHECK(after.is_member(school));
            if (member.role == Role::coordinator)
                CHECK(after.is_coordinator(school));
        }
        // A plain member makes nobody a coordinator.
        if (is_plain)
            CHECK(after.coordinator_count() == before.coordinator_count());
        CHECK(summary(after) == summary(scene.story.fold_slowly()));
    }
}

TEST_CASE("settled: what is named does not hang on the log of one other school", "[network]") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        INFO("seed " << seed);
        Scene scene(3000 + seed);
        live(scene, 6);
        const Roster before = scene.fold();
        // All that a plain member ever wrote is void: a fork at its first entry.
        const SchoolId& lost = scene.m.id;
        network::OperationSet set;
        for (std::size_t at = 0; at < scene.story.told.size(); ++at)
            if (scene.story.told[at].author != lost)
                set.add(scene.story.placed(at));
        set.pass_over_missing(true);

        const Roster after = set.fold(scene.story.genesis, scene.story.verifier);

        for (const auto& [school, member] : before.members)
            if (member.role == Role::coordinator)
                CHECK(after.is_coordinator(school));
        for (const auto& [id, invite] : before.invites)
            CHECK(after.invites.count(id) == 1);
    }
}

TEST_CASE("settled: six operations of four schools, seen in every way, have one answer") {
    const std::vector<std::vector<Step>> plays{
        {{0,
          [](const Cast& cast) {
              return network::Act(Remove{cast.schools[1].id, Reason::closed});
          }},
         {1,
          [](const Cast& cast) {
              return network::Act(Remove{cast.schools[0].id, Reason::closed});
          }},
         {2, [](const Cast& cast) { return network::Act(Confirm{cast.closings[0]}); }},
         {3, [](const Cast& cast) { return network::Act(Confirm{cast.closings[1]}); }},
         {0, [](const Cast&) { return network::Act(Leave{Reason::own_wish}); }},
         {1,
          [](const Cast& cast) {
              return network::Act(SetRole{cast.schools[3].id, Role::coordinator});
          }}},
        {{0, [](const Cast&) { return network::Act(Leave{Reason::own_wish}); }},
         {1, [](const Cast&) { return network::Act(Leave{Reason::own_wish}); }},
         {2,
          [](const Cast& cast) {
              return network::Act(SetRole{cast.schools[2].id, Role::member});
          }},
         {0,
          [](const Cast& cast) {
              return network::Act(SetRole{cast.schools[3].id, Role::coordinator});
          }},
         {3,
          [](const Cast& cast) {
              return network::Act(Suspend{cast.schools[2].id, Reason::silent});
          }},
         {2, [](const Cast&) { return network::Act(Seen{}); }}}};
    for (const auto& play : plays) {
        std::set<std::vector<SchoolId>> answers;
        // Bit for bit: whether each operation has seen all before it, or what it was born with.
        for (unsigned seen = 0; seen < 64; ++seen) {
            Story story(77);
            Cast cast = make_cast(story, 4);
            const auto last = found(story, cast, 3);
            cast.closings.clear();
            std::vector<RevisionId> all = last;
            for (std::size_t step = 0; step < play.size(); ++step) {
                const bool has_seen = (seen >> step & 1U) != 0;
                const auto id = story.say(
                    cast.schools[play[step].first], play[step].second(cast), has_seen ? all : last
                );
                cast.closings.push_back(id);
                all.push_back(id);
            }
            const Roster roster = story.fold();
            CHECK(roster.coordinator_count() >= 1);
            CHECK(summary(roster) == summary(story.fold_slowly()));
            auto order = story.all();
            std::reverse(order.begin(), order.end());
            CHECK(summary(story.fold(order)) == summary(roster));
        }
    }
}
