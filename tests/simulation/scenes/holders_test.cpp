// At how many schools a school's own records are known to be: never more than hold them, and all of
// them once every node has met ours. [S1]
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

using replica::LogStatus;
using replica::Safety;

/// The logs of records that this school has written.
std::vector<LogStatus> own_log_list(World& world, std::size_t index, const NetworkId& network) {
    std::vector<LogStatus> own;
    for (const LogStatus& log : world.school(index).replica->logs(log::space_of(network)))
        if (log.descriptor.school == *world.school(index).id &&
            log.descriptor.channel == log::Channel::records && log.stored.value > 0)
            own.push_back(log);
    return own;
}

/// How safe the last record of this school is.
Safety last_record(World& world, std::size_t index, const NetworkId& network) {
    const auto own = own_log_list(world, index, network);
    const auto newest = std::max_element(own.begin(), own.end(), [](auto& one, auto& other) {
        return one.stored < other.stored;
    });
    REQUIRE(newest != own.end());
    return world.school(index)
        .replica->held_elsewhere(log::space_of(network))
        .of(newest->id, Position{newest->stored.value - 1});
}

/// Tells whether the school's disk has this many entries of the log.
bool has(World& world, std::size_t index, const SpaceId& space, const LogId& log, LogSize size) {
    const auto logs = world.school(index).replica->logs(space);
    return std::any_of(logs.begin(), logs.end(), [&](const LogStatus& each) {
        return each.id == log && each.stored >= size;
    });
}

/// Everything that a school says of others is so, and the list of schools says what the count says.
void check_claims(World& world, std::size_t index, const NetworkId& network) {
    if (!world.is_running(index))
        return;
    const SpaceId space = log::space_of(network);
    const replica::Replica& replica = *world.school(index).replica;
    const auto elsewhere = replica.held_elsewhere(space);
    for (const LogStatus& log : own_log_list(world, index, network)) {
        for (std::uint64_t at = 0; at < log.stored.value; ++at) {
            const auto schools = replica.holders(space, log.id, Position{at});
            std::size_t holding = 0;
            for (const replica::HoldingSchool& each : schools) {
                holding += each.holds ? 1 : 0;
                for (std::size_t i = 0; each.holds && i < world.school_count(); ++i)
                    if (*world.school(i).id == each.school && world.is_running(i))
                        CHECK(has(world, i, space, log.id, LogSize{at + 1}));
            }
            CHECK(elsewhere.of(log.id, Position{at}) == Safety{holding, schools.size()});
        }
    }
}

constexpr std::size_t author = 0;
constexpr std::size_t near = 1;
constexpr std::size_t far = 2;
constexpr std::chrono::seconds patience{120};

} // namespace

TEST_CASE("holders: an own record is counted where a node has said that it holds it", "[sim]") {
    World world(21);
    const NetworkId network = make_star(world, 2);
    REQUIRE(publish(world, author, network, 3));
    REQUIRE(world.run_until(
        [&] {
            return last_record(world, author, network) == Safety{3, 3};
        },
        patience
    ));

    world.part(author, far);
    world.part(near, far);
    world.cut_now(far);
    REQUIRE(publish(world, author, network, 1));

    CHECK(world.run_until(
        [&] {
            return last_record(world, author, network) == Safety{2, 3};
        },
        patience
    ));
    world.run_for(std::chrono::minutes(5));
    CHECK(last_record(world, author, network) == Safety{2, 3});
    check_claims(world, author, network);

    world.mend(author, far);
    CHECK(world.run_until(
        [&] {
            return last_record(world, author, network) == Safety{3, 3};
        },
        std::chrono::seconds(900)
    ));
}

TEST_CASE("holders: what was known is known after a start, with everybody away", "[sim]") {
    World world(22);
    const NetworkId network = make_star(world, 2);
    REQUIRE(publish(world, author, network, 3));
    REQUIRE(world.run_until(
        [&] {
            return last_record(world, author, network) == Safety{3, 3};
        },
        patience
    ));
    world.run_for(std::chrono::minutes(5));

    world.stop(near, false);
    world.stop(far, false);
    world.run_for(std::chrono::seconds(5));
    world.stop(author, true);
    world.start(author, false);

    CHECK(last_record(world, author, network) == Safety{3, 3});
    REQUIRE(publish(world, author, network, 1));
    const auto own = own_log_list(world, author, network);
    std::size_t alone = 0;
    for (const LogStatus& log : own)
        for (std::uint64_t at = 0; at < log.stored.value; ++at)
            if (world.school(author)
                    .replica->held_elsewhere(log::space_of(network))
                    .of(log.id, Position{at}) == Safety{1, 3})
                ++alone;
    CHECK(alone == 2); // the entry that opens the new log, and the record
}

TEST_CASE("holders: a school that is out counts no longer", "[sim]") {
    World world(23);
    const NetworkId network = make_star(world, 2);
    REQUIRE(publish(world, author, network, 3));
    REQUIRE(world.run_until(
        [&] {
            return last_record(world, author, network) == Safety{3, 3};
        },
        patience
    ));

    REQUIRE(
        world.command(far, replica::WriteAct{network, network::Leave{network::Reason::own_wish}})
    );

    CHECK(world.run_until(
        [&] {
            return last_record(world, author, network) == Safety{2, 2};
        },
        patience
    ));
}

TEST_CASE("holders: no school is ever said to hold what its disk has not", "[sim]") {
    for (std::uint64_t seed = 100; seed < 104; ++seed) {
        World world(seed);
        const NetworkId network = make_star(world, 2);
        tests::SeededRandom random(seed);
        for (int step = 0; step < 40; ++step) {
            const std::size_t who = random.below(3);
            switch (random.below(5)) {
            case 0: world.cut_after(who, random.below(4'000)); break;
            case 1:
                if (world.is_running(who) && who != author)
                    world.stop(who, random.below(2) == 0);
                break;
            case 2:
                if (!world.is_running(who))
                    world.start(who, false);
                break;
            default:
                if (world.is_running(author))
                    REQUIRE(publish(world, author, network, 1 + static_cast<int>(random.below(3))));
            }
            world.run_for(std::chrono::milliseconds(random.below(4'000)));
            check_claims(world, author, network);
        }
    }
}

} // namespace staffroom::simulation
