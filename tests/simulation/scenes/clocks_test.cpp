// Wall clocks that are wrong by ten years, and that jump.
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

constexpr std::int64_t ten_years_ms = std::int64_t{10} * 365 * 24 * 3600 * 1000;

} // namespace

TEST_CASE("clocks: ten years of error change nothing", "[sim]") {
    const std::pair<std::int64_t, std::int64_t> errors[] = {
        {0, 0}, {ten_years_ms, -ten_years_ms}, {-ten_years_ms, ten_years_ms}, {0, ten_years_ms}};
    for (const auto& [first, second] : errors) {
        INFO(first << " and " << second);
        World world(301);
        world.add_school("one");
        world.add_school("two");
        world.school(0).clock = Clock::off_by(first);
        world.school(1).clock = Clock::off_by(second);
        const NetworkId network = create_network(world, 0);

        REQUIRE(join(world, 1, invite(world, 0, network), 0));
        for (const std::size_t index : {0U, 1U, 0U, 1U})
            REQUIRE(publish(world, index, network, 1));

        CHECK(world.run_until(
            [&] {
                return all_hold(world, {0, 1}, 4);
            },
            std::chrono::seconds(60)
        ));
        CHECK(member_count(world, 0) == 2);
        CHECK(member_count(world, 1) == 2);
    }
}

TEST_CASE("clocks: one that is put back while its school writes does not hide a word", "[sim]") {
    World world(302);
    const NetworkId network = make_star(world, 1);
    REQUIRE(publish(world, 1, network, 2));
    world.school(1).clock = Clock::off_by(-ten_years_ms);
    REQUIRE(publish(world, 1, network, 2));
    world.school(1).clock = Clock::off_by(ten_years_ms);
    REQUIRE(publish(world, 1, network, 2));

    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 6); }, std::chrono::seconds(60)));
}

} // namespace staffroom::simulation
