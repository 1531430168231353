// Storms on the disk: writes that fail while publishing and while copying. An acknowledged write
// stays, a refused one may be gone, and when the disk is well again everything goes on.
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

std::uint64_t documents(World& world, std::size_t index) {
    const auto known = status(world, index);
    return known ? known->documents : 0;
}

bool in_sync(World& world, std::size_t one, std::size_t other) {
    return all_hold(world, {one, other}, documents(world, one));
}

} // namespace

TEST_CASE(
    "storm: a publish whose write fails is refused, and nothing acknowledged is lost", "[sim]"
) {
    for (const Errc code : {Errc::io_error, Errc::disk_full}) {
        World world(201);
        const NetworkId network = make_star(world, 1);
        tests::TornFileSystem& disk = *world.school(1).disk;
        std::uint64_t acknowledged = 0;
        std::uint64_t attempted = 0;
        std::size_t refused = 0;
        for (std::uint64_t at = 0; at < 40; ++at) {
            INFO(errc_name(code) << " at write " << at);
            disk.fail_once(disk.operations() + at % 20, code);
            const auto reply = publish(world, 1, network, 2);
            attempted += 2;
            acknowledged += reply ? 2U : 0U;
            refused += reply ? 0U : 1U;
            disk.heal();
            world.run_for(seconds(1));
        }
        CHECK(refused > 0);
        REQUIRE(publish(world, 1, network, 1));
        ++acknowledged;
        ++attempted;

        CHECK(world.run_until([&] { return in_sync(world, 0, 1); }, seconds(120)));
        CHECK(documents(world, 0) >= acknowledged);
        world.stop(1, true);
        world.start(1, false);
        REQUIRE(publish(world, 1, network, 1));
        CHECK(world.run_until([&] { return in_sync(world, 0, 1); }, seconds(120)));
        CHECK(documents(world, 0) >= acknowledged + 1);
        CHECK(documents(world, 0) <= attempted + 1);
        CHECK_FALSE(needs_attention(world, 0, "log.contradiction"));
        CHECK_FALSE(needs_attention(world, 1, "log.contradiction"));
    }
}

TEST_CASE("storm: a full disk refuses in plain words and goes on when there is room", "[sim]") {
    World world(202);
    const NetworkId network = make_star(world, 1);
    REQUIRE(publish(world, 1, network, 3));
    tests::TornFileSystem& disk = *world.school(1).disk;
    disk.fail_from(disk.operations(), Errc::disk_full);

    const auto first = publish(world, 1, network, 1);
    const auto second = publish(world, 1, network, 1);
    world.run_for(seconds(10));
    disk.heal();

    REQUIRE_FALSE(first);
    CHECK(first.error().code == Errc::disk_full);
    CHECK_FALSE(second);
    REQUIRE(publish(world, 1, network, 2));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 5); }, seconds(120)));
}

TEST_CASE("storm: a disk that fails while it copies heals without help", "[sim]") {
    for (const Errc code : {Errc::io_error, Errc::disk_full}) {
        World world(203);
        const NetworkId network = make_star(world, 1);
        tests::TornFileSystem& disk = *world.school(1).disk;
        REQUIRE(publish(world, 0, network, 5));
        world.run_for(seconds(5));
        disk.fail_from(disk.operations(), code);
        REQUIRE(publish(world, 0, network, 60));
        REQUIRE(publish(world, 0, network, 60));
        world.run_for(seconds(20));
        CHECK(documents(world, 1) < 125);

        disk.heal();
        REQUIRE(publish(world, 0, network, 1));

        CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 126); }, seconds(300)));
    }
}

TEST_CASE("storm: a full disk does not ask its neighbours for the same without end", "[sim]") {
    World world(205);
    const NetworkId network = make_star(world, 1);
    tests::TornFileSystem& disk = *world.school(1).disk;
    disk.fail_from(disk.operations(), Errc::disk_full);
    for (int i = 0; i < 6; ++i)
        REQUIRE(publish(world, 0, network, 100));
    world.run_for(seconds(5));

    const std::uint64_t before = world.school(0).bytes_sent;
    world.run_for(seconds(600));

    CHECK(world.school(0).bytes_sent - before < 5'000'000);
    disk.heal();
    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 600); }, seconds(120)));
}

TEST_CASE("storm: single failing writes anywhere in a copy cost nothing in the end", "[sim]") {
    World world(204);
    const NetworkId network = make_star(world, 1);
    tests::TornFileSystem& disk = *world.school(1).disk;
    std::uint64_t expected = 0;
    for (std::uint64_t at = 0; at < 25; ++at) {
        INFO("write " << at);
        disk.fail_once(disk.operations() + at, Errc::io_error);
        REQUIRE(publish(world, 0, network, 4));
        expected += 4;
        world.run_for(seconds(2));
        disk.heal();
    }
    REQUIRE(publish(world, 0, network, 1));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, expected + 1); }, seconds(300)));
    world.stop(1, true);
    world.start(1, false);
    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, expected + 1); }, seconds(300)));
}

TEST_CASE(
    "storm: a disk that fails while a school joins leaves a member, now or after a restart", "[sim]"
) {
    for (std::uint64_t at = 0; at < 60; at += 2) {
        INFO("write " << at);
        World world(300 + at);
        const NetworkId network = make_star(world, 0);
        const Code code = invite(world, 0, network);
        const std::size_t newcomer = world.add_school("newcomer");
        tests::TornFileSystem& disk = *world.school(newcomer).disk;
        disk.fail_once(disk.operations() + at, Errc::io_error);

        auto joined = join(world, newcomer, code, 0);
        world.run_for(seconds(10));
        disk.heal();
        world.stop(newcomer, true);
        world.start(newcomer, false);
        world.run_for(seconds(20));
        if (member_count(world, newcomer) != 2)
            joined = join(world, newcomer, code, 0);

        CHECK(world.run_until(
            [&] { return member_count(world, newcomer) == 2 && member_count(world, 0) == 2; },
            seconds(60)
        ));
    }
}

} // namespace staffroom::simulation
