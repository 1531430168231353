// Closings that would void one another, and coordinators that go at once: one answer, and somebody
// who is able to act. [M5] [M6]
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

namespace network = staffroom::network;
using network::Confirm;
using network::Leave;
using network::Reason;
using network::Remove;
using network::Role;
using network::Roster;
using network::SetRole;
using staffroom::RevisionId;
using staffroom::tests::Cast;
using staffroom::tests::found;
using staffroom::tests::grind_anew;
using staffroom::tests::make_cast;
using staffroom::tests::School;
using staffroom::tests::Story;
using staffroom::tests::summary;
using Scene = staffroom::tests::MembershipScene;

TEST_CASE("membership: of two closings that void one another more signatories stand") {
    Scene scene;
    const auto by_two = scene.say(scene.b, Remove{scene.c.id, Reason::charter_broken}, scene.last);
    scene.say(scene.m, Confirm{by_two}, {by_two});
    scene.say(scene.a, Confirm{by_two}, {by_two});
    // c brings its own puppet.
    const auto up = scene.say(scene.c, SetRole{scene.n.id, Role::coordinator}, scene.last);
    const auto back = scene.say(scene.c, Remove{scene.b.id, Reason::charter_broken}, {up});
    scene.say(scene.n, Confirm{back}, {back});

    CHECK_FALSE(scene.has(scene.c));
    CHECK(scene.coordinates(scene.b));
    CHECK_FALSE(scene.coordinates(scene.n));
}

TEST_CASE("membership: of as many the senior stand, and of neither none", "[network]") {
    Story story(5);
    Cast cast = make_cast(story, 6);
    const auto in = found(story, cast, 1);
    const auto& s = cast.schools;
    std::vector<RevisionId> up;
    for (std::size_t i = 1; i < 5; ++i)
        up.push_back(story.make_coordinator(s[i], in)); // none of them sees another
    const auto remove = [&](std::size_t by, std::size_t with, std::size_t school) {
        const auto closing = story.say(s[by], Remove{s[school].id, Reason::closed}, up);
        story.say(s[with], Confirm{closing}, {closing});
    };
    remove(1, 2, 3);
    remove(3, 4, 1);
    CHECK(story.fold().coordinator_count() == 5);

    Story other(6);
    Cast ring = make_cast(other, 6);
    const auto all = found(other, ring, 5); // each sees those before it
    const auto& r = ring.schools;
    const auto first = other.say(r[1], Remove{r[3].id, Reason::closed}, all);
    other.say(r[2], Confirm{first}, {first});
    const auto second = other.say(r[3], Remove{r[1].id, Reason::closed}, all);
    other.say(r[4], Confirm{second}, {second});
    CHECK(other.fold().is_coordinator(r[1].id));
    CHECK_FALSE(other.fold().is_member(r[3].id));
}

TEST_CASE("membership: whatever circle of closings, a coordinator is left and all agree") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Scene scene(900 + seed);
        auto& random = scene.story.random;
        const auto& s = scene.cast.schools;
        for (std::uint64_t length = 2 + random.below(2), i = 0; i < length; ++i) {
            const std::size_t by = i;
            const std::size_t target = (i + 1) % length;
            const std::size_t other = random.below(2) == 0 ? 3 : (i + 2) % 4;
            const auto closing = scene.say(s[by], Remove{s[target].id, Reason::closed}, scene.last);
            scene.say(s[other], Confirm{closing}, {closing});
        }
        const Roster roster = scene.fold();
        CHECK(roster.coordinator_count() >= 1);
        CHECK(summary(roster) == summary(scene.story.fold_slowly()));
        grind_anew(scene.story);
        const Roster again = scene.fold();
        for (const School& school : s)
            CHECK(again.is_member(school.id) == roster.is_member(school.id));
    }
}

TEST_CASE("membership: leaves and demotions at once leave one that is able to act", "[network]") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Scene scene(700 + seed);
        for (std::size_t i = 0; i < 4; ++i) {
            const School& school = scene.cast.schools[i];
            if (scene.story.random.below(2) == 0)
                scene.say(school, Leave{Reason::own_wish}, scene.last);
            else
                scene.say(school, SetRole{school.id, Role::member}, scene.last);
        }
        const Roster roster = scene.fold();
        REQUIRE(roster.coordinator_count() >= 1);
        // It acts, having seen everything.
        const auto able =
            std::find_if(roster.members.begin(), roster.members.end(), [](const auto& entry) {
                return entry.second.role == Role::coordinator;
            });
        const School& one = *std::find_if(
            scene.cast.schools.begin(),
            scene.cast.schools.end(),
            [&](const School& school) { return school.id == able->first; }
        );
        scene.say(one, SetRole{scene.m.id, Role::coordinator}, scene.story.names_for(one));
        CHECK(scene.coordinates(scene.m));
    }
}

TEST_CASE("membership: the last coordinator neither leaves nor is removed", "[network]") {
    Scene scene(2, 1);
    scene.say(scene.a, Leave{Reason::own_wish}, scene.last);
    CHECK(scene.coordinates(scene.a));
    const auto up = scene.say(scene.a, SetRole{scene.b.id, Role::coordinator}, scene.last);
    scene.say(scene.a, Leave{Reason::own_wish}, {up});
    CHECK_FALSE(scene.has(scene.a));
    CHECK(scene.coordinates(scene.b));
}
