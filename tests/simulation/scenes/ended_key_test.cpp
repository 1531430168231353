// A school ends its node's key while the others hold different parts of the logs that the key has
// signed: they keep their links and end up with the same. [I2] [S4]
#include "tests/simulation/people/scenes.hpp"
#include "tests/support/network/revocation.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

std::vector<replica::LogStatus> logs_of(World& world, std::size_t index, const NetworkId& network) {
    std::vector<replica::LogStatus> found;
    for (const auto& one : world.school(0).replica->logs(log::space_of(network))) {
        if (one.descriptor.school == *world.school(index).id)
            found.push_back(one);
    }
    return found;
}

bool are_settled(World& world, std::size_t one, std::size_t other) {
    const auto first = status(world, one);
    const auto second = status(world, other);
    const auto neighbours = world.school(other).replica->neighbours();
    return first && second && first->digest == second->digest &&
           first->documents == second->documents && first->missing_entries == 0 &&
           std::any_of(neighbours.begin(), neighbours.end(), [](const auto& neighbour) {
               return neighbour.settled;
           });
}

} // namespace

TEST_CASE("ended key: two schools of which one holds its logs stay together", "[sim]") {
    for (const bool has_pins : {false, true}) {
        INFO("the revocation names " << (has_pins ? "what counts" : "nothing"));
        World world(301);
        const NetworkId network = make_star(world, 2);
        REQUIRE(world.command(1, replica::AddNeighbour{network, world.school(2).address}));
        world.run_for(seconds(5));
        // Only the founder gets what school 1 writes; only school 2 hears of its key's end.
        world.part(1, 2);
        world.part(0, 2);
        REQUIRE(publish(world, 1, network, 30));
        REQUIRE(world.run_until([&] { return status(world, 0)->documents == 30; }, seconds(60)));
        std::vector<identity::LogPin> pins;
        for (const auto& one : logs_of(world, 1, network))
            pins.push_back({one.id, one.stored, one.root});
        REQUIRE(pins.size() == 2);
        world.stop(1, false);
        world.part(0, 1);
        world.mend(1, 2);
        School& school = world.school(1);
        school.chain = tests::revoke(
            school.chain,
            crypto::SigningKey(school.root_seed),
            crypto::public_key_of(school.signing_seed),
            has_pins ? pins : std::vector<identity::LogPin>()
        );
        world.start(1, true);
        world.run_for(seconds(400));
        world.stop(1, false);

        world.mend(0, 2);

        CHECK(world.run_until([&] { return are_settled(world, 0, 2); }, seconds(900)));
        world.run_for(seconds(30));
        CHECK(are_settled(world, 0, 2));
        CHECK(status(world, 2)->documents == (has_pins ? 30 : 0));
        CHECK(member_count(world, 0) == member_count(world, 2));
        // A newcomer that hears of chain and logs in whatever order stays with its inviter.
        const std::size_t late = world.add_school("late");
        REQUIRE(join(world, late, invite(world, 0, network), 0));
        CHECK(world.run_until([&] { return are_settled(world, 0, late); }, seconds(60)));
    }
}

} // namespace staffroom::simulation
