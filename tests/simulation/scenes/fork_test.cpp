// Two histories of one log among live schools: found, proven, told to everybody, and cut at the
// same place by all who did not write them.
#include "protocol/log/fork_proof.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using log::Blake2b256;
using std::chrono::seconds;

constexpr auto forked = "log.forked";

bool same_digest(World& world, const std::vector<std::size_t>& schools) {
    const auto first = status(world, schools.front());
    return first && std::all_of(schools.begin(), schools.end(), [&](std::size_t index) {
               const auto one = status(world, index);
               return one && one->digest == first->digest && one->missing_bodies == 0;
           });
}

bool all_know(World& world, const std::vector<std::size_t>& schools) {
    return std::all_of(schools.begin(), schools.end(), [&](std::size_t index) {
        return needs_attention(world, index, forked);
    });
}

bool waits_in_vain(World& world, std::size_t index) {
    const auto reply = world.command(index, replica::WaitForSync{});
    return !reply || !std::get<replica::SyncReport>(*reply).lagging.empty();
}

/// The records of a publication stand here, with their bodies, in logs that count.
bool has_all(World& world, std::size_t index, const Result<replica::Reply>& published) {
    REQUIRE(published);
    const auto& revisions = std::get<replica::RecordsPublished>(*published).revisions;
    return std::all_of(revisions.begin(), revisions.end(), [&](const RevisionId& revision) {
        const auto found = world.school(index).store->find_revision(revision);
        return found && found->state == log::BodyState::have;
    });
}

void part_from_all(World& world, std::size_t index, std::size_t count) {
    for (std::size_t other = 0; other < count; ++other) {
        if (other != index)
            world.part(index, other);
    }
}

/// A school's disk and mark as they are now, to go back to as only a liar does.
struct Past {
    std::unique_ptr<tests::TornFileSystem> disk;
    std::vector<replica::MarkedLog> mark;
};
Past remember(World& world, std::size_t index) {
    return {world.school(index).disk->clone(), world.school(index).mark};
}
void go_back(World& world, std::size_t index, Past past) {
    world.stop(index, false);
    world.school(index).disk = std::move(past.disk);
    world.school(index).mark = past.mark;
    world.start(index, true);
}

/// Schools 0 (founder), 1 (writes two histories of its records), 2, and so many more. 0 and those
/// behind it have the first branch, 2 the second; the liar is gone and 0 and 2 are parted.
NetworkId make_fork(World& world, std::size_t more, int shared, int first, int second) {
    const NetworkId network = make_star(world, 2 + more);
    REQUIRE(world.command(2, replica::AddNeighbour{network, world.school(1).address}));
    if (shared > 0)
        REQUIRE(publish(world, 1, network, shared));
    world.run_for(seconds(5));
    Past past = remember(world, 1);
    world.part(0, 2);
    world.part(1, 2);
    REQUIRE(publish(world, 1, network, first));
    world.run_for(seconds(10));
    world.part(0, 1);
    world.mend(1, 2);
    go_back(world, 1, std::move(past));
    REQUIRE(publish(world, 1, network, second));
    const auto expected = static_cast<std::uint64_t>(shared + second);
    REQUIRE(world.run_until([&] { return status(world, 2)->documents == expected; }, seconds(900)));
    world.stop(1, false);
    return network;
}

/// The log of records of school 1, as this school holds it.
replica::LogStatus forked_log(World& world, std::size_t holder, const NetworkId& network) {
    const auto logs = world.school(holder).replica->logs(log::space_of(network));
    const auto at = std::find_if(logs.begin(), logs.end(), [&](const auto& one) {
        return one.descriptor.school == *world.school(1).id &&
               one.descriptor.channel == log::Channel::records;
    });
    REQUIRE(at != logs.end());
    return *at;
}

} // namespace

TEST_CASE("fork: two honest schools cut a log where its histories part, and settle", "[sim]") {
    struct Sizes {
        int shared, first, second;
    };
    for (const Sizes sizes : {Sizes{3, 2, 3}, {1, 1, 1}, {40, 300, 1}, {600, 30, 700}}) {
        INFO(sizes.shared << " shared, then " << sizes.first << " or " << sizes.second);
        World world(201);
        const NetworkId network = make_fork(world, 1, sizes.shared, sizes.first, sizes.second);
        REQUIRE_FALSE(same_digest(world, {0, 2}));

        world.mend(0, 2);
        const bool is_cut = world.run_until(
            [&] {
                return all_know(world, {0, 2, 3}) && same_digest(world, {0, 2, 3});
            },
            seconds(600)
        );

        REQUIRE(is_cut);
        for (const std::size_t index : {0U, 2U, 3U}) {
            CHECK_FALSE(waits_in_vain(world, index));
            CHECK_FALSE(needs_attention(world, index, "log.contradiction"));
            // The first entry of all is the start of the incarnation.
            const Position expected{static_cast<std::uint64_t>(sizes.shared) + 1};
            CHECK(forked_log(world, index, network).cut_at == expected);
            const auto shown = world.school(index).replica->forks(network);
            CHECK((shown.size() == 1 && shown.front().position == expected));
        }
        REQUIRE(publish(world, 0, network, 4));
        REQUIRE(publish(world, 2, network, 5));
        CHECK(world.run_until([&] { return same_digest(world, {0, 2, 3}); }, seconds(60)));
        // Both branches stay readable where they are, and count nowhere.
        const auto counted = static_cast<std::uint64_t>(sizes.shared + 9);
        for (const std::size_t index : {0U, 2U, 3U})
            CHECK(status(world, index)->documents == counted);
    }
}

TEST_CASE("fork: what was proven holds after a restart, without any neighbour", "[sim]") {
    World world(202);
    const NetworkId network = make_fork(world, 0, 3, 2, 3);
    world.mend(0, 2);
    REQUIRE(world.run_until([&] { return all_know(world, {0, 2}); }, seconds(600)));
    REQUIRE(world.run_until([&] { return same_digest(world, {0, 2}); }, seconds(600)));
    world.run_for(seconds(5));

    part_from_all(world, 2, 3);
    world.stop(2, true);
    world.start(2, false);
    world.run_for(seconds(5));

    CHECK(needs_attention(world, 2, forked));
    CHECK(same_digest(world, {0, 2}));
    CHECK(forked_log(world, 2, network).cut_at == forked_log(world, 0, network).cut_at);
}

TEST_CASE("fork: a school that comes later takes what counts and no more", "[sim]") {
    World world(203);
    const NetworkId network = make_fork(world, 0, 6, 4, 3);
    world.mend(0, 2);
    REQUIRE(world.run_until([&] { return all_know(world, {0, 2}); }, seconds(600)));

    const std::size_t late = world.add_school("late");
    REQUIRE(join(world, late, invite(world, 0, network), 0));

    CHECK(world.run_until(
        [&] {
            return all_know(world, {late}) && same_digest(world, {0, 2, late});
        },
        seconds(60)
    ));
    CHECK(status(world, late)->documents == 6);
    CHECK(status(world, late)->missing_entries == 0);
}

TEST_CASE("fork: two machines of one school both go on, each in a log of its own", "[sim]") {
    World world(204);
    const NetworkId network = make_star(world, 2);
    REQUIRE(world.command(2, replica::AddNeighbour{network, world.school(1).address}));
    REQUIRE(publish(world, 1, network, 3));
    world.run_for(seconds(5));
    const std::size_t clone = world.add_school("clone");
    world.stop(clone, false);
    School& copy = world.school(clone);
    copy.disk = world.school(1).disk->clone();
    copy.mark = world.school(1).mark;
    copy.signing_seed = world.school(1).signing_seed.copy();
    copy.transport_secret = world.school(1).transport_secret.copy();
    copy.id = world.school(1).id;
    copy.chain = world.school(1).chain;
    // The one meets the founder alone, the other the third school alone.
    world.part(1, 2);
    world.part(1, clone);
    world.part(clone, 0);
    world.part(0, 2);
    world.start(clone, true);
    REQUIRE(world.command(clone, replica::AddNeighbour{network, world.school(2).address}));
    const auto first = publish(world, 1, network, 2);
    const auto second = publish(world, clone, network, 4);
    REQUIRE(world.run_until(
        [&] { return status(world, 0)->documents == 5 && status(world, 2)->documents == 7; },
        seconds(900)
    ));

    world.mend(0, 2);
    const std::vector<std::size_t> all{0, 1, 2, clone};
    REQUIRE(world.run_until([&] { return all_know(world, all); }, seconds(900)));
    const auto third = publish(world, 1, network, 1);
    const auto fourth = publish(world, clone, network, 1);

    CHECK(world.run_until([&] { return same_digest(world, all); }, seconds(900)));
    world.run_for(seconds(30));
    CHECK(same_digest(world, all));
    for (const std::size_t index : all) {
        INFO("school " << index);
        for (const auto* published : {&first, &second, &third, &fourth})
            CHECK(has_all(world, index, *published));
    }
    CHECK(own_logs(world, 1, network) == 3);
    CHECK(own_logs(world, clone, network) == 3);
}

TEST_CASE("fork: what a school wrote beyond a fork reaches the others over a crash too", "[sim]") {
    for (int steps = 0; steps < 12; ++steps) {
        INFO("crash after " << steps << " ms");
        World world(207);
        const NetworkId network = make_star(world, 2);
        REQUIRE(world.command(2, replica::AddNeighbour{network, world.school(1).address}));
        REQUIRE(publish(world, 1, network, 3));
        world.run_for(seconds(5));
        Past past = remember(world, 1);
        world.part(1, 0);
        const auto lost = publish(world, 1, network, 2);
        REQUIRE(world.run_until([&] { return has_all(world, 2, lost); }, seconds(60)));
        world.part(1, 2);
        go_back(world, 1, std::move(past));
        const auto kept = publish(world, 1, network, 1200);
        REQUIRE(kept);
        world.mend(1, 2);
        world.mend(1, 0);
        world.part(0, 2);

        REQUIRE(world.run_until([&] { return all_know(world, {1}); }, seconds(900)));
        world.run_for(std::chrono::milliseconds(steps));
        world.stop(1, true);
        world.start(1, steps % 2 == 0);

        CHECK(world.run_until([&] { return has_all(world, 2, kept); }, seconds(900)));
        world.mend(0, 2);
        CHECK(world.run_until([&] { return same_digest(world, {0, 1, 2}); }, seconds(900)));
        CHECK(has_all(world, 0, kept));
    }
}

TEST_CASE("fork: of three histories the earliest difference counts, for all", "[sim]") {
    for (const std::size_t meeting_first : {0U, 2U, 3U}) {
        INFO("the first two of three meet without school " << meeting_first);
        World world(208);
        const NetworkId network = make_star(world, 3);
        for (const std::size_t index : {2U, 3U}) {
            REQUIRE(world.command(index, replica::AddNeighbour{network, world.school(1).address}));
            REQUIRE(world.command(3, replica::AddNeighbour{network, world.school(2).address}));
        }
        REQUIRE(publish(world, 1, network, 4));
        world.run_for(seconds(5));
        Past early = remember(world, 1);
        for (const auto& [one, other] : {std::pair{0, 2}, {0, 3}, {2, 3}, {1, 2}, {1, 3}})
            world.part(static_cast<std::size_t>(one), static_cast<std::size_t>(other));
        REQUIRE(publish(world, 1, network, 3));
        world.run_for(seconds(5));
        Past later = remember(world, 1);
        REQUIRE(publish(world, 1, network, 2));
        world.run_for(seconds(5));
        world.part(0, 1);
        world.mend(1, 2);
        go_back(world, 1, std::move(later));
        REQUIRE(publish(world, 1, network, 5));
        REQUIRE(world.run_until([&] { return status(world, 2)->documents == 12; }, seconds(900)));
        world.part(1, 2);
        world.mend(1, 3);
        go_back(world, 1, std::move(early));
        REQUIRE(publish(world, 1, network, 8));
        REQUIRE(world.run_until([&] { return status(world, 3)->documents == 12; }, seconds(900)));
        world.stop(1, false);

        for (const auto& [one, other] : {std::pair{0U, 2U}, {0U, 3U}, {2U, 3U}}) {
            if (one != meeting_first && other != meeting_first)
                world.mend(one, other);
        }
        world.run_for(seconds(400));
        for (const auto& [one, other] : {std::pair{0U, 2U}, {0U, 3U}, {2U, 3U}})
            world.mend(one, other);

        CHECK(world.run_until([&] { return same_digest(world, {0, 2, 3}); }, seconds(900)));
        world.run_for(seconds(600));
        CHECK(same_digest(world, {0, 2, 3}));
        for (const std::size_t index : {0U, 2U, 3U}) {
            CHECK(forked_log(world, index, network).cut_at == Position{5});
            CHECK(status(world, index)->documents == 4);
            CHECK_FALSE(waits_in_vain(world, index));
        }
    }
}

TEST_CASE("fork: evidence that proves nothing cuts nothing and is not passed on", "[sim]") {
    World world(205);
    const NetworkId network = make_star(world, 2);
    REQUIRE(publish(world, 2, network, 3));
    REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, 2}, 3); }, seconds(60)));
    const auto logs = world.school(1).replica->logs(log::space_of(network));
    const auto honest = std::find_if(logs.begin(), logs.end(), [&](const auto& one) {
        return one.descriptor.school == *world.school(2).id;
    });
    REQUIRE(honest != logs.end());
    // Two heads of a school's log, signed by another's key.
    const crypto::SigningKey liar(world.school(1).signing_seed);
    std::vector<log::SignedHead> heads;
    std::vector<log::ForkSide> sides;
    for (const std::uint8_t salt : {std::uint8_t{1}, std::uint8_t{2}}) {
        const TreeHash leaf = log::leaf_hash<Blake2b256>(ByteView(&salt, 1));
        heads.push_back(log::sign_head({honest->id, LogSize{1}, leaf, {1}}, liar));
        sides.push_back({LogSize{1}, leaf, leaf, {LogSize{1}, LogSize{1}, {}}});
    }
    const log::ForkProof forged{
        honest->descriptor, heads[0], heads[1], {Position{0}, {}, sides[0], sides[1]}};
    replica::StoreBatch batch;
    batch.rows.push_back(
        {replica::RowKind::fork, to_bytes(honest->id.view()), log::encode_fork_proof(forged)}
    );
    REQUIRE(world.school(1).store->commit(batch));
    world.stop(1, false);
    world.start(1, true);
    REQUIRE(needs_attention(world, 1, forked));

    world.run_for(seconds(120));
    REQUIRE(publish(world, 2, network, 2));

    CHECK(world.run_until([&] { return all_hold(world, {0, 2}, 5); }, seconds(60)));
    CHECK_FALSE(needs_attention(world, 0, forked));
    CHECK_FALSE(needs_attention(world, 2, forked));
    const auto neighbours = world.school(1).replica->neighbours();
    CHECK(std::none_of(neighbours.begin(), neighbours.end(), [](const auto& one) {
        return one.settled;
    }));
}

TEST_CASE("fork: admissions that stand in two histories of governance are void for all", "[sim]") {
    World world(206);
    const NetworkId network = make_star(world, 2);
    REQUIRE(world.command(2, replica::AddNeighbour{network, world.school(1).address}));
    const Code one = invite(world, 0, network);
    const Code other = invite(world, 0, network);
    world.run_for(seconds(60));
    const std::size_t x = world.add_school("x");
    const std::size_t y = world.add_school("y");
    Past past = remember(world, 1);
    world.part(0, 2);
    world.part(1, 2);
    part_from_all(world, x, 5);
    world.mend(x, 1);
    REQUIRE(join(world, x, one, 1));
    REQUIRE(publish(world, x, network, 1));
    REQUIRE(world.run_until([&] { return status(world, 0)->documents == 1; }, seconds(60)));
    // An honest school has seen the admission, and writes upon it.
    invite(world, 0, network);
    world.stop(x, false);
    world.part(0, 1);
    world.mend(1, 2);
    go_back(world, 1, std::move(past));
    part_from_all(world, y, 5);
    world.mend(y, 1);
    REQUIRE(join(world, y, other, 1));
    REQUIRE(world.run_until([&] { return member_count(world, 2) == 4; }, seconds(600)));
    world.stop(1, false);
    world.stop(y, false);

    world.mend(0, 2);

    CHECK(world.run_until(
        [&] {
            return all_know(world, {0, 2}) && same_digest(world, {0, 2});
        },
        seconds(900)
    ));
    CHECK(member_count(world, 0) == 3);
    CHECK(member_count(world, 2) == 3);
    CHECK(status(world, 0)->open_invitations == 3);
    CHECK(status(world, 2)->open_invitations == 3);
    CHECK_FALSE(waits_in_vain(world, 0));
    // The network goes on.
    const std::size_t late = world.add_school("late");
    REQUIRE(join(world, late, invite(world, 0, network), 0));
    REQUIRE(publish(world, late, network, 2));
    CHECK(world.run_until([&] { return same_digest(world, {0, 2, late}); }, seconds(60)));
}

} // namespace staffroom::simulation
