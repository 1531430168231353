// Whom a school has named to order for it once it is gone [M13]: each attack that the clause names,
// and the slow twin over stories drawn at random.
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace network = staffroom::network;
using network::Leave;
using network::NameSuccessor;
using network::OrderRight;
using network::Reason;
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
    CHECK(scene.fold().order_right(scene.m.id, scene.n.id) == OrderRight::none);
    scene.say(scene.n, Leave{Reason::merged}, {named});

    const Roster roster = scene.fold();

    CHECK(roster.succeeds(scene.m.id, scene.n.id));
    CHECK(roster.order_right(scene.m.id, scene.n.id) == OrderRight::alone);
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

TEST_CASE("successor: one that is gone itself has ordered nothing", "[network][successor]") {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto left = scene.say(scene.n, Leave{Reason::closed}, {named});
    SECTION("by its own wish") {
        scene.say(scene.m, Leave{Reason::closed}, {left});
    }
    SECTION("removed by two") {
        scene.remove(scene.a, scene.b, scene.m, {left});
    }
    CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
    CHECK(scene.fold().order_right(scene.m.id, scene.n.id) == OrderRight::none);
}

TEST_CASE(
    "successor: one coordinator alone undoes nothing that it has ordered, and it orders no more",
    "[network][successor]"
) {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto left = scene.say(scene.n, Leave{Reason::closed}, {named});
    SECTION("that makes it an observer") {
        scene.say(scene.a, SetRole{scene.m.id, Role::observer}, {left});
    }
    SECTION("that suspends it") {
        scene.say(scene.a, Suspend{scene.m.id, Reason::stolen}, {left});
        REQUIRE_FALSE(scene.fold().is_member(scene.m.id));
    }
    CHECK(scene.fold().succeeds(scene.m.id, scene.n.id));
    CHECK(scene.fold().order_right(scene.m.id, scene.n.id) == OrderRight::none);
}

TEST_CASE("successor: when the school comes back, nobody orders for it", "[network][successor]") {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    const auto left = scene.say(scene.n, Leave{Reason::own_wish}, {named});
    REQUIRE(scene.fold().succeeds(scene.m.id, scene.n.id));
    const auto invite = scene.story.invite(scene.a, {left});
    const auto back = scene.story.admit(scene.a, invite, scene.n, {invite});
    CHECK(scene.has(scene.n));
    CHECK_FALSE(scene.fold().succeeds(scene.m.id, scene.n.id));
    // Its word stands: once it has gone again, the same one orders.
    scene.say(scene.n, Leave{Reason::own_wish}, {back});
    CHECK(scene.fold().succeeds(scene.m.id, scene.n.id));
}

// ------------------------------------------------------------------------- words that disagree

TEST_CASE(
    "successor: who closes a school that has named two names both, whichever ids they have",
    "[network][successor]"
) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        for (const bool is_removed : {true, false}) {
            INFO("seed " << seed << ", removed: " << is_removed);
            MembershipScene scene(seed);
            scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
            scene.say(scene.n, NameSuccessor{scene.d.id}, scene.last);
            if (is_removed)
                scene.remove(scene.a, scene.b, scene.n, scene.story.names_for(scene.a));
            else
                scene.say(scene.n, Leave{Reason::merged}, scene.story.names_for(scene.n));
            const Roster roster = scene.fold();
            REQUIRE_FALSE(roster.is_member(scene.n.id));
            CHECK(roster.successors.empty());
            CHECK(roster.successors_at_odds == std::set{scene.n.id});
        }
    }
}

TEST_CASE(
    "successor: of many words that disagree others name two, and the school all of its own",
    "[network][successor]"
) {
    MembershipScene scene;
    std::vector<RevisionId> words;
    for (int i = 0; i < 3; ++i)
        for (const auto* named : {&scene.m, &scene.d, &scene.c, &scene.b})
            words.push_back(scene.say(scene.n, NameSuccessor{named->id}, scene.last));
    const auto count_named = [&](const staffroom::tests::School& writer) {
        const auto names = scene.story.names_for(writer);
        return std::count_if(names.begin(), names.end(), [&](const RevisionId& name) {
            return std::find(words.begin(), words.end(), name) != words.end();
        });
    };

    CHECK(count_named(scene.a) == 2);
    CHECK(count_named(scene.m) == 3); // one that names it is no word that it vouches for
    CHECK(count_named(scene.n) == 12);
    scene.say(scene.a, network::Seen{}, scene.story.names_for(scene.a));
    CHECK(count_named(scene.a) == 0);

    // A word that sees them all decides, and is the only one to name.
    words.push_back(scene.say(scene.n, NameSuccessor{scene.m.id}, scene.story.names_for(scene.n)));
    CHECK(scene.fold().successors.at(scene.n.id) == scene.m.id);
    CHECK(count_named(scene.a) == 1);
}

TEST_CASE(
    "successor: whoever is named is no witness of that behind the cut", "[network][successor]"
) {
    MembershipScene scene;
    scene.remove(scene.a, scene.b, scene.n, scene.last);
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    SECTION("alone") {
        CHECK(scene.fold().successors.empty());
    }
    SECTION("though it says that it has seen it") {
        scene.say(scene.m, network::Seen{}, {named});
        CHECK(scene.fold().successors.empty());
    }
    CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
}

TEST_CASE(
    "successor: an act of a later version carries its past, and vouches for nothing",
    "[network][successor]"
) {
    for (const bool is_readable : {true, false}) {
        MembershipScene scene;
        scene.remove(scene.a, scene.b, scene.n, scene.last);
        const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
        const auto later = scene.say(scene.c, network::LaterAct{23}, {named});
        if (is_readable)
            scene.say(scene.c, network::Seen{}, {later});
        CHECK(scene.fold().waiting == 0);
        CHECK(scene.fold().successors.count(scene.n.id) == (is_readable ? 1U : 0U));
        CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
    }
}

TEST_CASE(
    "successor: one coordinator brings back no word that was unsaid", "[network][successor]"
) {
    const bool by_role = GENERATE(false, true);
    const bool leaves_at_once = GENERATE(false, true);
    MembershipScene scene;
    const auto stop_by = [&](const RevisionId& seen) {
        return by_role ? scene.say(scene.a, SetRole{scene.n.id, Role::observer}, {seen})
                       : scene.say(scene.a, Suspend{scene.n.id, Reason::stolen}, {seen});
    };
    const auto named = scene.say(scene.n, NameSuccessor{scene.a.id}, scene.last);
    const auto unsaid = scene.say(scene.n, NameSuccessor{}, {named});
    if (leaves_at_once) {
        scene.say(scene.n, Leave{Reason::merged}, {unsaid});
        stop_by(named); // as if unaware
    } else {
        const auto stop = stop_by(named);
        const auto back = by_role ? scene.say(scene.b, SetRole{scene.n.id, Role::member}, {stop})
                                  : scene.say(scene.b, Resume{scene.n.id, Reason::mistake}, {stop});
        scene.say(scene.n, Leave{Reason::merged}, {unsaid, back});
    }
    CHECK_FALSE(scene.fold().succeeds(scene.a.id, scene.n.id));
    CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
}

TEST_CASE("successor: behind a removal nothing is unsaid", "[network][successor]") {
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    scene.remove(scene.a, scene.b, scene.n, {named});
    scene.say(scene.n, NameSuccessor{}, {named}); // as if unaware
    CHECK(scene.fold().succeeds(scene.m.id, scene.n.id));
    CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
}

TEST_CASE(
    "successor: a role for who is suspended makes it none that has left", "[network][successor]"
) {
    const Role role = GENERATE(Role::observer, Role::member);
    MembershipScene scene;
    const auto named = scene.say(scene.n, NameSuccessor{scene.m.id}, scene.last);
    SECTION("so nobody orders for it") {
        const auto stop = scene.say(scene.a, Suspend{scene.n.id, Reason::stolen}, {named});
        scene.say(scene.a, SetRole{scene.n.id, role}, {stop});
        const Roster roster = scene.fold();
        CHECK_FALSE(roster.succeeds(scene.m.id, scene.n.id));
        CHECK(roster.suspended.count(scene.n.id) == 1);
    }
    SECTION("so what it has ordered goes on to count") {
        const auto left = scene.say(scene.n, Leave{Reason::merged}, {named});
        const auto stop = scene.say(scene.a, Suspend{scene.m.id, Reason::stolen}, {left});
        scene.say(scene.a, SetRole{scene.m.id, role}, {stop});
        CHECK(scene.fold().succeeds(scene.m.id, scene.n.id));
    }
    CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
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
