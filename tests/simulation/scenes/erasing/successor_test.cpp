// A school that has left and the one that it named: that one alone orders what is to go, and every
// school carries it out and says so. [E2] [M13]
#include "tests/simulation/checks/canaries.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t gone = 4;
constexpr std::size_t named = 3;
constexpr std::size_t other = 2;

Result<replica::Reply>
order(World& world, std::size_t by, const NetworkId& network, const RevisionId& entry) {
    return world.command(
        by,
        replica::OrderErasure{
            network,
            {*world.school(gone).id,
             {entry},
             network::ErasureKind::whole,
             network::ErasureReason::asked}}
    );
}

Result<replica::Reply>
write(World& world, std::size_t by, const NetworkId& network, network::Act act) {
    return world.command(by, replica::WriteAct{network, std::move(act)});
}

/// All members know that all members have erased.
bool all_say(World& world, std::size_t members) {
    for (std::size_t i = 0; i < members; ++i) {
        const auto orders = world.school(i).replica->erasures();
        if (orders.size() != 1 || orders[0].schools.size() != members)
            return false;
        for (const replica::ErasureSchool& school : orders[0].schools)
            if (school.state != "erased")
                return false;
    }
    return true;
}

} // namespace

TEST_CASE("successor: it alone has the words of a school that left erased", "[sim][erasure]") {
    World world(9'800);
    const NetworkId network = make_star(world, gone);
    Canaries canaries(world, network, 1);
    canaries.publish(gone, 2);
    const RevisionId entry = canaries.all()[0].revision;
    REQUIRE(world.run_until(
        [&] { return canaries.are_at(0) && canaries.are_at(other) && canaries.are_at(named); },
        seconds(300)
    ));
    REQUIRE(write(world, gone, network, network::NameSuccessor{*world.school(named).id}));
    world.run_for(minutes(1));
    const auto early = order(world, named, network, entry);
    REQUIRE_FALSE(early);
    CHECK(early.error().code == Errc::not_allowed);
    REQUIRE(write(world, gone, network, network::Leave{network::Reason::merged}));
    world.run_for(minutes(1));
    CHECK_FALSE(order(world, other, network, entry));

    REQUIRE(order(world, named, network, entry));

    CHECK(world.run_until([&] { return all_say(world, gone); }, seconds(300)));
    for (std::size_t i = 0; i < gone; ++i) {
        INFO("school " << i);
        const auto found = canaries.found_at(i);
        CHECK(found.records.count(entry) == 0);
        CHECK(found.words == Canaries::words_each);
    }
    // A start folds it again from what is on the disk.
    world.stop(other, false);
    world.start(other, false);
    CHECK(world.run_until([&] { return all_say(world, gone); }, seconds(300)));
}

TEST_CASE(
    "successor: of a school that named two, one on a disk of another day, all know the same one",
    "[sim][erasure]"
) {
    World world(9'810);
    const NetworkId network = make_star(world, gone);
    Canaries canaries(world, network, 1);
    canaries.publish(gone, 1);
    const RevisionId entry = canaries.all()[0].revision;
    REQUIRE(world.run_until(
        [&] { return canaries.are_at(0) && canaries.are_at(other) && canaries.are_at(named); },
        seconds(300)
    ));
    // The school's disk is put back to the day before it named the one: it names another.
    world.stop(gone, false);
    DiskImage before = world.take_image(gone);
    world.start(gone, false);
    world.run_for(seconds(5));
    REQUIRE(write(world, gone, network, network::NameSuccessor{*world.school(named).id}));
    world.run_for(minutes(1));
    world.stop(gone, false);
    world.put_image(gone, std::move(before));
    for (std::size_t i = 0; i < gone; ++i)
        world.part(gone, i);
    world.start(gone, false);
    REQUIRE(write(world, gone, network, network::NameSuccessor{*world.school(other).id}));
    for (std::size_t i = 0; i < gone; ++i)
        world.mend(gone, i);
    world.run_for(minutes(2));
    REQUIRE(write(world, gone, network, network::Leave{network::Reason::closed}));
    world.run_for(minutes(2));

    std::set<std::optional<SchoolId>> successors;
    for (std::size_t i = 0; i < gone; ++i)
        for (const replica::SchoolStanding& each : world.school(i).replica->schools(network))
            if (each.school == *world.school(gone).id)
                successors.insert(each.successor);
    REQUIRE(successors.size() == 1);
    for (const std::size_t one : {named, other}) {
        const bool is_known = *successors.begin() == world.school(one).id;
        CHECK(world.school(one).replica->may_order(network, *world.school(gone).id) == is_known);
    }
    // Two coordinators may whoever it is.
    REQUIRE(
        write(world, 0, network, network::SetRole{*world.school(1).id, network::Role::coordinator})
    );
    world.run_for(minutes(1));
    REQUIRE(order(world, 0, network, entry));
    REQUIRE(order(world, 1, network, entry));
    CHECK(world.run_until(
        [&] {
            return canaries.found_at(0).words == 0 && canaries.found_at(other).words == 0 &&
                   canaries.found_at(named).words == 0;
        },
        seconds(300)
    ));
}

} // namespace staffroom::simulation
