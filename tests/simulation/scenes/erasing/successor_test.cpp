// A school that has left and the one that it named: that one alone orders what is to go, and every
// school carries it out and says so. [E2] [M13]
#include "tests/simulation/checks/canaries.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t founder = 0;
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

/// Records of the school that will go, at all the others; the first of them.
RevisionId publish_everywhere(World& world, Canaries& canaries, std::size_t records) {
    canaries.publish(gone, records);
    REQUIRE(world.run_until(
        [&] { return canaries.are_at(0) && canaries.are_at(other) && canaries.are_at(named); },
        seconds(300)
    ));
    return canaries.all()[0].revision;
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
    const RevisionId entry = publish_everywhere(world, canaries, 2);
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
    "successor: of a school that named two, one on a disk of another day, neither orders",
    "[sim][erasure]"
) {
    World world(9'810);
    const NetworkId network = make_star(world, gone);
    Canaries canaries(world, network, 1);
    const RevisionId entry = publish_everywhere(world, canaries, 1);
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
    // It may say anything now, also that it names nobody: that is no word said before.
    for (const std::optional<SchoolId>& word :
         {std::optional<SchoolId>{}, world.school(named).id, world.school(other).id})
        CHECK_FALSE(
            world.school(gone).replica->effect_of(network, network::NameSuccessor{word}).refusal
        );
    REQUIRE(write(world, gone, network, network::Leave{network::Reason::closed}));
    world.run_for(minutes(2));

    for (std::size_t i = 0; i < gone; ++i)
        for (const replica::SchoolStanding& each : world.school(i).replica->schools(network))
            if (each.school == *world.school(gone).id) {
                INFO("as school " << i << " has it");
                CHECK(each.standing == replica::Standing::left);
                CHECK_FALSE(each.successor);
                CHECK(each.is_successor_at_odds);
            }
    for (const std::size_t one : {named, other})
        CHECK(
            world.school(one).replica->order_right(network, *world.school(gone).id) ==
            network::OrderRight::none
        );
    // Two coordinators may as ever.
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

TEST_CASE(
    "successor: one coordinator that suspends it, or has it observe, brings no word back",
    "[sim][erasure]"
) {
    for (const bool is_suspended : {true, false}) {
        INFO("suspended: " << is_suspended);
        World world(is_suspended ? 9'830 : 9'831);
        const NetworkId network = make_star(world, gone);
        Canaries canaries(world, network, 1);
        const RevisionId entry = publish_everywhere(world, canaries, 1);
        world.stop(other, false);
        DiskImage before = world.take_image(other);
        world.start(other, false);
        world.run_for(seconds(5));
        REQUIRE(write(world, gone, network, network::NameSuccessor{*world.school(named).id}));
        world.run_for(minutes(1));
        REQUIRE(write(world, gone, network, network::Leave{network::Reason::merged}));
        world.run_for(minutes(1));
        REQUIRE(order(world, named, network, entry));
        REQUIRE(world.run_until([&] { return all_say(world, gone); }, seconds(300)));

        if (is_suspended)
            REQUIRE(write(
                world,
                0,
                network,
                network::Suspend{*world.school(named).id, network::Reason::stolen}
            ));
        else
            REQUIRE(write(
                world,
                0,
                network,
                network::SetRole{*world.school(named).id, network::Role::observer}
            ));
        world.run_for(minutes(1));
        CHECK_FALSE(order(world, named, network, entry));
        // A disk of the day before brings them into reach again.
        world.stop(other, false);
        world.put_image(other, std::move(before));
        world.start(other, false);
        world.run_for(minutes(10));

        for (const std::size_t school : {0U, 1U, 2U}) {
            INFO("school " << school);
            CHECK(canaries.found_at(school).words == 0);
        }
    }
}

TEST_CASE(
    "successor: nobody says that words have gone before the leave has come that lets them go",
    "[sim][erasure]"
) {
    World world(9'840);
    const NetworkId network = make_star(world, gone);
    Canaries canaries(world, network, 1);
    const RevisionId entry = publish_everywhere(world, canaries, 1);
    REQUIRE(write(world, gone, network, network::NameSuccessor{*world.school(named).id}));
    world.run_for(minutes(1));
    REQUIRE(write(world, gone, network, network::Leave{network::Reason::merged}));
    world.run_for(minutes(1));
    REQUIRE(order(world, named, network, entry));
    REQUIRE(world.run_until([&] { return all_say(world, gone); }, seconds(300)));
    // It comes back with the words on its own disk: the order reaches nothing any more.
    REQUIRE(join(world, gone, invite(world, 0, network), 0));
    world.run_for(minutes(2));
    REQUIRE(canaries.found_at(founder).words > 0);
    const auto says_gone = [&] {
        const auto orders = world.school(founder).replica->erasures();
        return std::ranges::any_of(orders, [&](const replica::ErasureStatus& each) {
            return std::ranges::any_of(each.schools, [&](const replica::ErasureSchool& school) {
                return school.school == *world.school(founder).id && school.state == "erased";
            });
        });
    };
    REQUIRE_FALSE(says_gone());

    // The order is here already when the leave comes.
    REQUIRE(write(world, gone, network, network::Leave{network::Reason::merged}));

    REQUIRE(world.run_until(says_gone, seconds(300)));
    CHECK(canaries.found_at(founder).words == 0);
}

TEST_CASE(
    "successor: who ordered for a school that came back is believed in its own orders",
    "[sim][erasure]"
) {
    World world(9'850);
    const NetworkId network = make_star(world, gone);
    Canaries canaries(world, network, 1);
    const RevisionId entry = publish_everywhere(world, canaries, 1);
    canaries.publish(0, 1);
    const RevisionId own = canaries.of(0).front();
    const SchoolId away = *world.school(gone).id;
    REQUIRE(write(world, 0, network, network::Suspend{away, network::Reason::stolen}));
    world.run_for(minutes(1));
    REQUIRE(order(world, 0, network, entry)); // alone: nothing goes
    REQUIRE(write(world, 0, network, network::Resume{away, network::Reason::mistake}));
    world.run_for(minutes(1));

    REQUIRE(world.command(
        0,
        replica::OrderErasure{
            network,
            {*world.school(0).id,
             {own},
             network::ErasureKind::whole,
             network::ErasureReason::asked}}
    ));

    const auto is_done = [&](const replica::ErasureStatus& each) {
        return each.placed.order.school == *world.school(0).id && each.schools.size() == gone + 1 &&
               std::ranges::all_of(each.schools, [](const replica::ErasureSchool& school) {
                   return school.state == "erased";
               });
    };
    CHECK(world.run_until(
        [&] { return std::ranges::any_of(world.school(0).replica->erasures(), is_done); },
        seconds(300)
    ));
    CHECK(canaries.found_at(other).records.count(own) == 0);
    CHECK(canaries.found_at(other).records.count(entry) == 1);
}

} // namespace staffroom::simulation
