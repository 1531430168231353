// Whom a school has named to order for it once it is gone [M13]: each attack that the clause names,
// and the slow twin over stories drawn at random.
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

namespace network = staffroom::network;
using network::Leave;
using network::NameSuccessor;
using network::Reason;
using network::Remove;
using network::Resume;
using network::Role;
using network::Roster;
using network::SetRole;
using network::Suspend;
using staffroom::RevisionId;
using staffroom::tests::grind_anew;
using staffroom::tests::MembershipScene;
using staffroom::tests::summary;

TEST_CASE("successor: orders once the school has left, and not before", "[network][successor]") {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    CHECK(scene.fold().successors.at(scene.n.id) == scene.m.id);
    CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
    CHECK_FALSE(scene.fold().may_order(scene.m.id, scene.n.id));
    scene.say(scene.n, Leave{Reason::merged}, {named});

    const Roster roster = scene.fold();

    CHECK(roster.succeeds(scene.m.id, scene.n.id));
    CHECK(roster.may_order(scene.m.id, scene.n.id));
    CHECK_FALSE(roster.succeeds(scene.n.id, scene.m.id));
    CHECK_FALSE(roster.succeeds(scene.d.id, scene.n.id));
}

TEST_CASE("successor: of a school that two have removed", "[network][successor]") {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    scene.remove(scene.a, scene.b, scene.n, {named});
    CHECK(scene.fold().succeeds(scene.m.id, scene.n.id));
}

TEST_CASE("successor: none is named behind the cut", "[network][successor]") {
    SECTION("by a school that knows of its removal") {
        MembershipScene scene;
        const auto removal = scene.remove(scene.a, scene.b, scene.n, scene.last);
        scene.say(scene.n, NameSuccessor{scene.m.id}, {removal});
        CHECK(scene.fold().successors.empty());
    }
    SECTION("by one that writes as if it had not heard of it") {
        MembershipScene scene;
        scene.remove(scene.a, scene.b, scene.n, scene.last);
        scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
        CHECK(scene.fold().successors.empty());
    }
    SECTION("by one that has left") {
        MembershipScene scene;
        const auto left = scene.say(scene.n, Leave{Reason::own_wish}, scene.last);
        scene.say(scene.n, NameSuccessor{scene.m.id}, {left});
        CHECK(scene.fold().successors.empty());
    }
}

TEST_CASE("successor: the newest word counts, and nobody is a word too", "[network][successor]") {
    MembershipScene scene;
    const auto first = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto second = scene.say(scene.n, NameSuccessor{scene.d.id}, {first});
    CHECK(scene.fold().successors.at(scene.n.id) == scene.d.id);
    const auto third = scene.say(scene.n, NameSuccessor{}, {second});
    CHECK(scene.fold().successors.empty());
    scene.say(scene.n, Leave{Reason::closed}, {third});
    CHECK_FALSE(scene.fold().succeeds(scene.d.id, scene.n.id));
}

TEST_CASE(
    "successor: of two that have not seen each other neither orders, whatever the ids",
    "[network][successor]"
) {
    MembershipScene scene;
    const auto one = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto other = scene.say(scene.n, NameSuccessor{scene.d.id}, scene.last);
    for (int i = 0; i < 20; ++i) {
        grind_anew(scene.story);
        REQUIRE(scene.fold().successors.empty());
    }
    static_cast<void>(one);
    static_cast<void>(other);
    // Said twice it is one word, and a word that has seen both decides.
    MembershipScene same;
    const auto first = same.say(same.n, NameSuccessor{same.m.id}, same.last);
    const auto again = same.say(same.n, NameSuccessor{same.m.id}, same.last);
    CHECK(same.fold().successors.at(same.n.id) == same.m.id);
    same.say(same.n, NameSuccessor{same.d.id}, {first, again});
    CHECK(same.fold().successors.at(same.n.id) == same.d.id);
}

TEST_CASE(
    "successor: one coordinator that suspends a school puts nobody in its place",
    "[network][successor]"
) {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto suspended = scene.say(scene.a, Suspend{scene.n.id, Reason::stolen}, {named});
    CHECK_FALSE(scene.fold().is_member(scene.n.id));
    CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
    scene.say(scene.a, Resume{scene.n.id, Reason::mistake}, {suspended});
    CHECK(scene.fold().successors.at(scene.n.id) == scene.m.id);
    CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
}

TEST_CASE(
    "successor: one that is gone itself, or observes, orders nothing", "[network][successor]"
) {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto left = scene.say(scene.n, Leave{Reason::closed}, {named});
    SECTION("gone") {
        scene.say(scene.m, Leave{Reason::closed}, {left});
        CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
    }
    SECTION("it observes") {
        scene.say(scene.a, SetRole{scene.m.id, Role::observer}, {left});
        CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
    }
}

TEST_CASE("successor: as the slow twin has it, in any order", "[network][successor]") {
    std::size_t named = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        INFO("seed " << seed);
        staffroom::tests::Story story(7'000 + seed);
        auto cast = staffroom::tests::make_cast(story, 5);
        staffroom::tests::tell_at_random(story, cast, 40);
        // Words of schools that are in, so that something counts.
        for (const std::size_t school : {0U, 1U, 0U, 2U}) {
            const bool says_nobody = story.random.below(4) == 0;
            auto seen = staffroom::tests::some_seen(story, true);
            const auto& other = cast.any(story);
            story.say(
                cast.schools[school],
                says_nobody ? NameSuccessor{} : NameSuccessor{other.id},
                std::move(seen)
            );
        }
        const Roster roster = story.fold();
        named += roster.successors.size();
        REQUIRE(summary(roster) == summary(story.fold_slowly()));
        auto order = story.all();
        for (std::size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[story.random.below(i)]);
        REQUIRE(summary(story.fold(order)) == summary(roster));
    }
    CHECK(named > 20);
}
