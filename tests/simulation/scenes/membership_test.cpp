// A school that is out of a network goes on writing, dates back, and acts while its removal is on
// its way: nothing of that counts anywhere, and all who are in have one cut. [M11] [M12] [S6]
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using network::Reason;
using network::Role;
using std::chrono::seconds;

RevisionId act(World& world, std::size_t index, const NetworkId& network, network::Act what) {
    auto reply = world.command(index, replica::WriteAct{network, std::move(what)});
    REQUIRE(reply);
    return std::get<replica::ActWritten>(*reply).operation;
}

replica::SchoolStanding
standing(World& world, std::size_t at, const NetworkId& network, std::size_t of) {
    for (const auto& one : world.school(at).replica->schools(network))
        if (one.school == *world.school(of).id)
            return one;
    return {*world.school(of).id, {}, replica::Standing::none};
}

bool all_know(
    World& world,
    const std::vector<std::size_t>& schools,
    const NetworkId& network,
    std::size_t of,
    replica::Standing how
) {
    return std::ranges::all_of(schools, [&](std::size_t at) {
        return standing(world, at, network, of).standing == how;
    });
}

bool all_have(
    World& world,
    const std::vector<std::size_t>& schools,
    const NetworkId& network,
    std::size_t of,
    Role role
) {
    return std::ranges::all_of(schools, [&](std::size_t at) {
        return standing(world, at, network, of).role == role;
    });
}

/// How much of the records of one school counts at another.
std::uint64_t counted(World& world, std::size_t at, const NetworkId& network, std::size_t of) {
    std::uint64_t count = 0;
    for (const auto& log : world.school(at).replica->logs(log::space_of(network)))
        if (log.descriptor.school == *world.school(of).id &&
            log.descriptor.channel == log::Channel::records)
            count += log.cut_at ? std::min(log.cut_at->value, log.stored.value) : log.stored.value;
    return count;
}

} // namespace

TEST_CASE("membership: what a removed school writes counts nowhere, whoever took it", "[sim]") {
    World world(401);
    const NetworkId network = make_star(world, 4);
    const std::vector<std::size_t> others{0, 1, 2, 3};
    REQUIRE(world.command(4, replica::AddNeighbour{network, world.school(3).address}));
    REQUIRE(publish(world, 4, network, 20));
    REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, 2, 3, 4}, 20); }, seconds(60)));
    const std::uint64_t before = counted(world, 0, network, 4);
    // School 3 hears of no removal, and takes what school 4 goes on writing.
    for (const std::size_t one : {0U, 1U, 2U}) {
        world.part(one, 3);
        world.part(one, 4);
    }
    const auto removal =
        act(world, 0, network, network::Remove{*world.school(4).id, Reason::charter_broken});
    world.run_for(seconds(5));
    for (const std::size_t one : {1U, 2U})
        act(world, one, network, network::Confirm{removal});
    REQUIRE(publish(world, 4, network, 30));
    REQUIRE(world.run_until([&] { return status(world, 3)->documents == 50; }, seconds(60)));
    act(world, 4, network, network::Leave{Reason::own_wish}); // with larger pins
    world.run_for(seconds(5));
    for (const std::size_t one : {0U, 1U, 2U}) {
        world.mend(one, 3);
        world.mend(one, 4);
    }

    CHECK(world.run_until(
        [&] {
            return all_know(world, others, network, 4, replica::Standing::removed) &&
                   all_hold(world, others, 20);
        },
        seconds(120)
    ));
    for (const std::size_t at : others)
        CHECK(counted(world, at, network, 4) == before);
    CHECK(world.run_until([&] { return world.school(4).replica->networks().empty(); }, seconds(120))
    );
}

TEST_CASE("membership: who was away gets of a removed school what counts, and no more", "[sim]") {
    World world(406);
    const NetworkId network = make_star(world, 4);
    for (const std::size_t one : {0U, 1U, 2U, 4U})
        world.part(one, 3);
    REQUIRE(publish(world, 4, network, 20));
    REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, 2, 4}, 20); }, seconds(60)));
    const auto removal =
        act(world, 0, network, network::Remove{*world.school(4).id, Reason::charter_broken});
    REQUIRE(publish(world, 4, network, 5));
    world.run_for(seconds(5));
    for (const std::size_t one : {1U, 2U})
        act(world, one, network, network::Confirm{removal});
    REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, 2}, 20); }, seconds(60)));
    world.stop(4, false);
    world.run_for(std::chrono::hours(24));
    for (const std::size_t one : {0U, 1U, 2U})
        world.mend(one, 3);

    CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2, 3}, 20); }, seconds(600)));
    CHECK(counted(world, 3, network, 4) == counted(world, 0, network, 4));
}

TEST_CASE("membership: a removed school is told why, and gets nothing else", "[sim]") {
    World world(402);
    const NetworkId network = make_star(world, 4);
    world.part(1, 4);
    world.part(2, 4);
    world.part(3, 4);
    world.run_for(seconds(5));
    world.part(0, 4);
    const auto removal =
        act(world, 0, network, network::Remove{*world.school(4).id, Reason::charter_broken});
    world.run_for(seconds(5));
    for (const std::size_t one : {1U, 2U})
        act(world, one, network, network::Confirm{removal});
    REQUIRE(publish(world, 0, network, 10));
    REQUIRE(world.run_until(
        [&] {
            return all_know(world, {0, 1, 2, 3}, network, 4, replica::Standing::removed);
        },
        seconds(60)
    ));
    act(world, 0, network, network::SetRole{*world.school(1).id, Role::coordinator});
    world.mend(0, 4);

    REQUIRE(
        world.run_until([&] { return needs_attention(world, 4, "network.removed"); }, seconds(120))
    );
    world.run_for(seconds(60));
    CHECK(counted(world, 4, network, 0) == 0);
    // What was decided later is not its business.
    CHECK(standing(world, 4, network, 1).role == Role::member);
    CHECK(standing(world, 0, network, 1).role == Role::coordinator);
    // It is invited again, and everything comes.
    REQUIRE(join(world, 4, invite(world, 0, network), 0));
    CHECK(world.run_until(
        [&] {
            return all_hold(world, {0, 4}, 10) && !needs_attention(world, 4, "network.removed");
        },
        seconds(120)
    ));
}

TEST_CASE("membership: what a school that leaves has written stays with the others", "[sim]") {
    World world(403);
    const NetworkId network = make_star(world, 3);
    REQUIRE(publish(world, 3, network, 10));
    REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, 2, 3}, 10); }, seconds(60)));
    const auto reply =
        world.command(0, replica::WriteAct{network, network::Leave{Reason::own_wish}});
    CHECK_FALSE(reply); // nobody else coordinates

    act(world, 3, network, network::Leave{Reason::merged});

    CHECK(world.run_until(
        [&] {
            return all_know(world, {0, 1, 2}, network, 3, replica::Standing::left);
        },
        seconds(60)
    ));
    CHECK(all_hold(world, {0, 1, 2}, 10));
    CHECK(world.school(3).replica->former_networks().size() == 1);
    CHECK_FALSE(publish(world, 3, network, 1));
}

TEST_CASE("membership: who left one network is in sync with a neighbour in another", "[sim]") {
    World world(79);
    const std::size_t goes = world.add_school("goes");
    const std::size_t stays = world.add_school("stays");
    const NetworkId kept = create_network(world, goes);
    REQUIRE(join(world, stays, invite(world, goes, kept), goes));
    const NetworkId left = create_network(world, stays);
    REQUIRE(join(world, goes, invite(world, stays, left), stays));

    act(world, goes, left, network::Leave{Reason::own_wish});
    REQUIRE(publish(world, stays, kept, 5));

    for (const std::size_t at : {goes, stays}) {
        const auto reply = world.command(at, replica::WaitForSync{});
        REQUIRE(reply);
        const auto& report = std::get<replica::SyncReport>(*reply);
        CHECK(report.reached > 0);
        CHECK(report.lagging.empty());
    }
}

TEST_CASE("membership: a role ends by its holder, or by the others when it does not", "[sim]") {
    for (const bool is_silent : {false, true}) {
        INFO((is_silent ? "its node is off" : "its node is on"));
        World world(404);
        const NetworkId network = make_star(world, 3);
        const auto until = WallTime{world.school(0).clock.read(world.now()).ms + 600'000};
        act(world, 0, network, network::SetRole{*world.school(1).id, Role::coordinator, until});
        act(world, 0, network, network::SetRole{*world.school(3).id, Role::observer, until});
        REQUIRE(world.run_until(
            [&] {
                return all_have(world, {0, 1, 2}, network, 1, Role::coordinator);
            },
            seconds(60)
        ));
        REQUIRE(all_have(world, {0}, network, 3, Role::observer));
        if (is_silent)
            world.stop(1, false);

        world.run_for(seconds(700));
        CHECK(all_have(world, {0, 2}, network, 1, is_silent ? Role::coordinator : Role::member));
        CHECK(all_have(world, {0, 2, 3}, network, 3, Role::member));
        world.run_for(seconds(3700));
        CHECK(all_have(world, {0, 2}, network, 1, Role::member));
    }
}

TEST_CASE("membership: all terms end at once and one coordinator stays", "[sim]") {
    World world(405);
    const NetworkId network = make_star(world, 3);
    const auto until = WallTime{world.school(0).clock.read(world.now()).ms + 600'000};
    for (const std::size_t one : {1U, 2U})
        act(world, 0, network, network::SetRole{*world.school(one).id, Role::coordinator, until});
    REQUIRE(world.run_until(
        [&] {
            return all_have(world, {1, 2}, network, 2, Role::coordinator);
        },
        seconds(60)
    ));
    act(world, 0, network, network::SetRole{*world.school(0).id, Role::member});
    world.run_for(seconds(30));
    for (const std::size_t one : {0U, 1U, 2U, 3U})
        for (const std::size_t other : {0U, 1U, 2U, 3U})
            if (one < other)
                world.part(one, other);
    world.run_for(seconds(900));
    for (const std::size_t one : {0U, 1U, 2U, 3U})
        for (const std::size_t other : {0U, 1U, 2U, 3U})
            if (one < other)
                world.mend(one, other);
    world.run_for(seconds(600));

    const auto coordinators = [&](std::size_t at) {
        std::vector<SchoolId> found;
        for (const auto& one : world.school(at).replica->schools(network))
            if (one.role == Role::coordinator)
                found.push_back(one.school);
        return found;
    };
    CHECK_FALSE(coordinators(0).empty());
    for (const std::size_t at : {1U, 2U, 3U})
        CHECK(coordinators(at) == coordinators(0));
}

} // namespace staffroom::simulation
