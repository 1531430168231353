// How far the logs of a school count that is out [M11], and until when a role was given [M12]: each
// attack that the clauses name.
#include "tests/support/network/membership_scene.hpp"

#include <catch2/catch.hpp>

namespace network = staffroom::network;
using network::ClosedBy;
using network::Confirm;
using network::Leave;
using network::Reason;
using network::Remove;
using network::Resume;
using network::Role;
using network::SetRole;
using network::Suspend;
using staffroom::LogId;
using staffroom::LogSize;
using staffroom::RevisionId;
using staffroom::TreeHash;
using staffroom::WallTime;
using staffroom::tests::grind_anew;
using staffroom::tests::say_something;
using staffroom::tests::School;
using staffroom::tests::some_seen;
using staffroom::tests::summary;

namespace {

/// A log of the school, by a number, as it was with so many entries.
network::Pins pin(std::uint8_t log, std::uint64_t size) {
    return {{LogId(LogId::Raw{log}), LogSize{size}, TreeHash(TreeHash::Raw{1})}};
}

struct Scene : staffroom::tests::MembershipScene {
    using MembershipScene::MembershipScene;

    RevisionId removed_by_two(network::Pins pins) {
        const auto closing = say(a, Remove{n.id, Reason::closed, std::move(pins)}, last);
        return say(b, Confirm{closing}, {closing});
    }
    /// Nothing while it is in; else how many entries of this log count.
    std::optional<std::uint64_t> cut(const School& school, std::uint8_t log) {
        const auto roster = fold();
        const auto closed = roster.closed.find(school.id);
        if (closed == roster.closed.end())
            return std::nullopt;
        for (const auto& pinned : closed->second.pins)
            if (pinned.log == LogId(LogId::Raw{log}))
                return pinned.size.value;
        return 0;
    }
};

} // namespace

TEST_CASE("closed: a removed school is cut at the pins that two have signed", "[network]") {
    Scene scene;
    CHECK_FALSE(scene.cut(scene.n, 1));
    const auto closing =
        scene.say(scene.a, Remove{scene.n.id, Reason::closed, pin(1, 7)}, scene.last);
    CHECK_FALSE(scene.cut(scene.n, 1));
    const auto out = scene.say(scene.b, Confirm{closing}, {closing});

    CHECK(scene.cut(scene.n, 1) == 7);
    CHECK(scene.cut(scene.n, 2) == 0);
    const auto closed = scene.fold().closed.at(scene.n.id);
    CHECK(closed.how == ClosedBy::removal);
    CHECK(closed.closings == std::vector<RevisionId>{closing});
    CHECK(closed.told_by == std::set<RevisionId>{out});
}

TEST_CASE("closed: nobody moves the pins of a removal alone, in whatever order", "[network]") {
    Scene scene;
    scene.removed_by_two(pin(1, 7));
    // A friend, as if it had not seen the removal; and the school itself.
    scene.say(scene.d, Suspend{scene.n.id, Reason::silent, pin(1, 900)}, scene.last);
    scene.say(scene.d, Suspend{scene.n.id, Reason::silent, {}}, scene.last);
    scene.say(scene.d, SetRole{scene.n.id, Role::observer, {}, pin(1, 800)}, scene.last);
    scene.say(scene.d, Remove{scene.n.id, Reason::silent, pin(1, 700)}, scene.last);
    scene.say(scene.n, Leave{Reason::own_wish, pin(1, 600)}, scene.last);
    scene.say(scene.n, Leave{Reason::own_wish, pin(2, 600)}, {});

    CHECK(scene.cut(scene.n, 1) == 7);
    CHECK(scene.cut(scene.n, 2) == 0);
    // Whoever confirms another closing agrees to its pins.
    const auto later =
        scene.say(scene.c, Remove{scene.n.id, Reason::closed, pin(1, 9)}, scene.last);
    scene.say(scene.d, Confirm{later}, {later});
    CHECK(scene.cut(scene.n, 1) == 9);
    for (int round = 0; round < 20; ++round) {
        grind_anew(scene.story);
        CHECK(scene.cut(scene.n, 1) == 9);
    }
}

TEST_CASE("closed: a closing that has seen another in effect moves no cut", "[network]") {
    Scene scene;
    const auto out = scene.removed_by_two(pin(1, 7));
    const auto again = scene.say(scene.c, Remove{scene.n.id, Reason::closed, pin(1, 90)}, {out});
    scene.say(scene.d, Confirm{again}, {again});
    CHECK(scene.cut(scene.n, 1) == 7);
}

TEST_CASE("closed: who leaves with pins beyond its words is cut by others all the same") {
    constexpr std::uint64_t everything = ~std::uint64_t{0};
    Scene scene;
    const auto left = scene.say(scene.n, Leave{Reason::own_wish, pin(1, everything)}, scene.last);
    CHECK(scene.cut(scene.n, 1) == everything);

    SECTION("by a removal, which waits for signatures as any other") {
        const auto removal =
            scene.say(scene.a, Remove{scene.n.id, Reason::closed, pin(1, 7)}, {left});
        CHECK(scene.cut(scene.n, 1) == everything);
        REQUIRE(scene.fold().proposals.size() == 1);
        CHECK(scene.fold().proposals.front().operation == removal);
        const auto out = scene.say(scene.b, Confirm{removal}, {removal});
        CHECK(scene.cut(scene.n, 1) == 7);
        CHECK(scene.fold().closed.at(scene.n.id).how == ClosedBy::removal);
        CHECK(scene.fold().proposals.empty());
        // Once it is removed, one more removal would change nothing.
        scene.say(scene.c, Remove{scene.n.id, Reason::closed, pin(1, 9)}, {out});
        CHECK(scene.fold().proposals.empty());
    }
    SECTION("by one coordinator that suspends it") {
        scene.say(scene.a, Suspend{scene.n.id, Reason::silent, pin(1, 9)}, {left});
        CHECK(scene.cut(scene.n, 1) == 9);
        CHECK(scene.fold().closed.at(scene.n.id).how == ClosedBy::leave);
    }
}

TEST_CASE("closed: a removal of a suspended school waits for signatures", "[network]") {
    Scene scene;
    const auto stop =
        scene.say(scene.a, Suspend{scene.n.id, Reason::stolen, pin(1, 3)}, scene.last);
    CHECK(scene.fold().proposals.empty());
    scene.say(scene.a, Remove{scene.n.id, Reason::stolen, pin(1, 3)}, {stop});
    CHECK(scene.fold().proposals.size() == 1);
}

TEST_CASE("closed: what closed an earlier stay says nothing of the last one", "[network]") {
    Scene scene;
    const auto out = scene.removed_by_two(pin(1, 7));
    const auto invite = scene.story.invite(scene.a, {out});
    const auto back = scene.story.admit(scene.a, invite, scene.n, {invite});
    CHECK_FALSE(scene.cut(scene.n, 1));

    scene.say(scene.b, Suspend{scene.n.id, Reason::stolen, pin(1, 20)}, {back});
    CHECK(scene.cut(scene.n, 1) == 20);
    CHECK(scene.fold().closed.at(scene.n.id).how == ClosedBy::suspension);
}

TEST_CASE("closed: suspended, resumed, observing, gone", "[network]") {
    Scene scene;
    const auto stop =
        scene.say(scene.a, Suspend{scene.m.id, Reason::stolen, pin(1, 3)}, scene.last);
    CHECK(scene.cut(scene.m, 1) == 3);
    const auto go = scene.say(scene.b, Resume{scene.m.id, Reason::mistake}, {stop});
    CHECK_FALSE(scene.cut(scene.m, 1));
    const auto reads = scene.say(scene.a, SetRole{scene.m.id, Role::observer, {}, pin(1, 5)}, {go});
    CHECK(scene.cut(scene.m, 1) == 5);
    CHECK(scene.fold().closed.at(scene.m.id).how == ClosedBy::role);
    CHECK(scene.has(scene.m));
    const auto writes = scene.say(scene.a, SetRole{scene.m.id, Role::member}, {reads});
    CHECK_FALSE(scene.cut(scene.m, 1));
    scene.say(scene.m, Leave{Reason::merged, pin(1, 8)}, {writes});
    CHECK(scene.cut(scene.m, 1) == 8);
    CHECK(scene.fold().closed.at(scene.m.id).how == ClosedBy::leave);
    // A role that still lets it write cuts nothing.
    const auto down =
        scene.say(scene.a, SetRole{scene.d.id, Role::member, {}, pin(1, 2)}, scene.last);
    scene.say(scene.b, Confirm{down}, {down});
    CHECK_FALSE(scene.cut(scene.d, 1));
}

TEST_CASE("closed: nothing that a removed member adds moves its cut or lets it in", "[network]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        INFO("seed " << seed);
        Scene scene(seed);
        scene.removed_by_two(pin(1, 7));
        for (int i = 0; i < 40; ++i)
            say_something(scene.story, scene.cast, scene.n, some_seen(scene.story, false));
        CHECK(scene.cut(scene.n, 1) == 7);
        CHECK_FALSE(scene.has(scene.n));
        CHECK(summary(scene.fold()) == summary(scene.story.fold_slowly()));
    }
}

TEST_CASE("closed: the end of a role is that of the longest that still gives it", "[network]") {
    Scene scene;
    const auto until = [&](const School& school) {
        return scene.fold().members.at(school.id).until;
    };
    CHECK_FALSE(until(scene.a));
    const auto first =
        scene.say(scene.a, SetRole{scene.m.id, Role::coordinator, WallTime{50}}, scene.last);
    CHECK(until(scene.m) == WallTime{50});
    const auto longer =
        scene.say(scene.b, SetRole{scene.m.id, Role::coordinator, WallTime{90}}, {first});
    CHECK(until(scene.m) == WallTime{90});
    CHECK(scene.fold().members.at(scene.m.id).role_by == longer);
    const auto over = scene.say(scene.m, SetRole{scene.m.id, Role::member}, {longer});
    CHECK_FALSE(scene.coordinates(scene.m));
    CHECK_FALSE(until(scene.m)); // it was admitted for good
    const auto ever = scene.say(scene.a, SetRole{scene.m.id, Role::coordinator}, {over});
    scene.say(scene.b, SetRole{scene.m.id, Role::coordinator, WallTime{90}}, {ever});
    CHECK_FALSE(until(scene.m));
}

TEST_CASE("closed: a date decides nothing in the roster, only who is to write its end") {
    Scene with;
    Scene without;
    for (Scene* scene : {&with, &without})
        scene->say(
            scene->a,
            SetRole{
                scene->m.id,
                Role::coordinator,
                scene == &with ? std::optional(WallTime{1}) : std::nullopt},
            scene->last
        );
    CHECK(with.coordinates(with.m));
    CHECK(without.coordinates(without.m));
}
