// Storms around membership: codes used elsewhere, twice and over cut lines; strangers; restarts and
// old disks.
#include "protocol/base/text.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

constexpr auto disputed = "network.disputed-admission";

} // namespace

TEST_CASE("storm: a code made by one member is good at every other", "[sim]") {
    World world(101);
    const NetworkId network = make_star(world, 1);
    const Code code = invite(world, 0, network);
    world.run_for(seconds(5));
    const std::size_t newcomer = world.add_school("newcomer");
    world.part(0, newcomer);

    const auto joined = join(world, newcomer, code, 1);

    REQUIRE(joined);
    CHECK(std::get<replica::NetworkJoined>(*joined).inviter == *world.school(1).id);
    REQUIRE(publish(world, newcomer, network, 3));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, newcomer}, 3); }, seconds(60)));
    CHECK(member_count(world, 0) == 3);
}

TEST_CASE("storm: one code used at two members that do not see each other is disputed", "[sim]") {
    World world(102);
    const NetworkId network = make_star(world, 1);
    const Code code = invite(world, 0, network);
    world.run_for(seconds(5));
    world.part(0, 1);
    world.cut_now(1);
    const std::size_t c = world.add_school("c");
    const std::size_t d = world.add_school("d");
    REQUIRE(join(world, c, code, 0));
    REQUIRE(join(world, d, code, 1));
    world.run_for(seconds(5));
    CHECK(member_count(world, 0) == 3);
    CHECK(member_count(world, 1) == 3);

    world.mend(0, 1);
    const bool is_known = world.run_until(
        [&] { return needs_attention(world, 0, disputed) && needs_attention(world, 1, disputed); },
        seconds(600)
    );

    CHECK(is_known);
    CHECK(member_count(world, 0) == 2);
    CHECK(member_count(world, 1) == 2);
    // What was written upon the words of a school now suspended still arrives everywhere.
    const Code next = invite(world, 0, network);
    CHECK(world.run_until([&] { return status(world, 1)->open_invitations == 1; }, seconds(60)));
    const std::size_t e = world.add_school("e");
    REQUIRE(join(world, e, next, 1));
    CHECK(world.run_until(
        [&] { return member_count(world, 0) == 3 && member_count(world, e) == 3; }, seconds(60)
    ));
    REQUIRE(publish(world, e, network, 2));
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, e}, 2); }, seconds(60)));
}

TEST_CASE("storm: two bearers of one code at one member in the same moment: one gets in", "[sim]") {
    World world(103);
    const NetworkId network = make_star(world, 0);
    const Code code = invite(world, 0, network);
    const std::size_t b = world.add_school("b");
    const std::size_t c = world.add_school("c");
    world.send(
        b,
        replica::JoinNetwork{
            code.psk.copy(), code.admit.copy(), world.school(0).address, seconds(20)}
    );

    const auto second = join(world, c, code, 0);
    world.run_for(seconds(10));

    CHECK_FALSE(needs_attention(world, 0, disputed));
    CHECK(member_count(world, 0) == 2);
    CHECK(second.has_value() != (member_count(world, b) == 2));
}

TEST_CASE(
    "storm: a line cut at any byte of joining loses neither the code nor the school", "[sim]"
) {
    for (const bool at_newcomer : {true, false}) {
        for (std::size_t bytes = 0; bytes < 2500; bytes += 7) {
            INFO((at_newcomer ? "newcomer" : "responder") << " hears " << bytes << " bytes");
            World world(10'000 + bytes);
            const NetworkId network = make_star(world, 0);
            const Code code = invite(world, 0, network);
            const std::size_t newcomer = world.add_school("newcomer");
            world.cut_after(at_newcomer ? newcomer : 0, bytes);

            auto joined = join(world, newcomer, code, 0);
            for (int attempt = 0; attempt < 3 && !joined; ++attempt) {
                if (joined.error().code == Errc::already_exists)
                    break;
                CHECK(joined.error().code == Errc::closed);
                joined = join(world, newcomer, code, 0);
            }

            CHECK((joined || joined.error().code == Errc::already_exists));
            CHECK(world.run_until(
                [&] { return member_count(world, newcomer) == 2 && member_count(world, 0) == 2; },
                seconds(60)
            ));
        }
    }
}

TEST_CASE("storm: schools that share no network get not one byte", "[sim]") {
    World world(104);
    const std::size_t a = world.add_school("a");
    create_network(world, a);
    const std::size_t stranger = world.add_school("stranger");
    const NetworkId other = create_network(world, stranger);
    REQUIRE(world.command(stranger, replica::AddNeighbour{other, world.school(a).address}));
    const auto joined = join(world, stranger, make_code(*world.school(stranger).random), a);

    world.run_for(seconds(120));

    CHECK_FALSE(joined);
    CHECK(world.school(stranger).bytes_sent > 0);
    CHECK(world.school(a).bytes_sent == 0);
}

TEST_CASE("storm: whatever a stranger says first, it is answered with silence", "[sim]") {
    World world(105);
    make_star(world, 1);
    replica::Replica& listener = *world.school(0).replica;
    tests::SeededRandom random(1);
    std::size_t answered = 0;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const LinkId link{1'000'000 + 2 * i};
        Bytes bytes(random.below(200));
        random.fill(bytes);
        // Often a frame of exactly the length that a first frame has.
        if (i % 2 == 0 && bytes.size() >= 2) {
            bytes.resize(66);
            bytes[0] = 0;
            bytes[1] = 64;
        }
        replica::Outbox out;
        const Instant now = world.now() + std::chrono::milliseconds(i);
        listener.handle(now, WallTime{1}, replica::LinkOpened{link, false, "stranger:1"}, out);
        listener.handle(now, WallTime{1}, replica::BytesArrived{link, bytes}, out);
        for (const replica::Output& output : out) {
            const auto* send = std::get_if<replica::SendBytes>(&output);
            answered += send != nullptr && send->link == link ? 1U : 0U;
        }
    }
    CHECK(answered == 0);
}

TEST_CASE(
    "storm: a restart in the same boot goes on in its log, another one opens a new log", "[sim]"
) {
    World world(106);
    const NetworkId network = make_star(world, 1);
    REQUIRE(publish(world, 1, network, 5));
    world.stop(1, false);
    world.start(1, true);
    REQUIRE(publish(world, 1, network, 5));
    CHECK(own_logs(world, 1, network) == 1);

    world.stop(1, false);
    world.start(1, false);
    REQUIRE(publish(world, 1, network, 5));
    CHECK(own_logs(world, 1, network) == 2);

    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 15); }, seconds(60)));
    CHECK_FALSE(needs_attention(world, 0, "log.forked"));
    CHECK_FALSE(needs_attention(world, 0, "log.contradiction"));
}

TEST_CASE(
    "storm: an old disk image takes its entries back from neighbours and never forks", "[sim]"
) {
    for (const bool same_boot : {true, false}) {
        for (const bool publishes_first : {true, false}) {
            INFO("same boot " << same_boot << ", publishes first " << publishes_first);
            World world(107);
            const NetworkId network = make_star(world, 2);
            REQUIRE(publish(world, 1, network, 10));
            world.run_for(seconds(5));
            auto image = world.school(1).disk->clone();
            REQUIRE(publish(world, 1, network, 20));
            world.run_for(seconds(5));
            REQUIRE(all_hold(world, {0, 1, 2}, 30));

            world.stop(1, false);
            world.school(1).disk = std::move(image);
            world.start(1, same_boot);
            std::uint64_t expected = 30;
            if (publishes_first) {
                REQUIRE(publish(world, 1, network, 4));
                expected += 4;
            }
            CHECK(world.run_until(
                [&] {
                    return all_hold(world, {0, 1, 2}, expected);
                },
                seconds(120)
            ));
            REQUIRE(publish(world, 1, network, 6));

            CHECK(world.run_until(
                [&] {
                    return all_hold(world, {0, 1, 2}, expected + 6);
                },
                seconds(120)
            ));
            CHECK(own_logs(world, 1, network) == 2);
            for (const std::size_t index : {0U, 1U, 2U})
                CHECK_FALSE(needs_attention(world, index, "log.contradiction"));
        }
    }
}

TEST_CASE("storm: a school put back to before it joined comes in again with a new code", "[sim]") {
    World world(110);
    const NetworkId network = make_star(world, 1);
    const std::size_t newcomer = world.add_school("newcomer");
    world.run_for(seconds(1));
    auto image = world.school(newcomer).disk->clone();
    REQUIRE(join(world, newcomer, invite(world, 0, network), 0));
    REQUIRE(publish(world, newcomer, network, 3));
    REQUIRE(world.run_until([&] { return all_hold(world, {0, 1, newcomer}, 3); }, seconds(60)));
    world.stop(newcomer, false);
    world.school(newcomer).disk = std::move(image);
    world.start(newcomer, false);
    REQUIRE(member_count(world, newcomer) == 0);

    const auto joined = join(world, newcomer, invite(world, 0, network), 0);

    CHECK(joined);
    CHECK(world.run_until([&] { return all_hold(world, {0, 1, newcomer}, 3); }, seconds(60)));
    CHECK(member_count(world, 0) == 3);
    CHECK(status(world, 0)->open_invitations == 1);
}

TEST_CASE("storm: a line on which one chunk takes half a minute still copies, once", "[sim]") {
    World world(111);
    const NetworkId network = make_star(world, 1);
    world.part(0, 1);
    world.cut_now(1);
    std::uint64_t text_bytes = 0;
    for (std::uint64_t batch = 0; batch < 4; ++batch) {
        replica::PublishRecords command;
        for (std::uint64_t i = 0; i < 100; ++i) {
            Bytes noise(1000);
            tests::SeededRandom(1000 * batch + i).fill(noise);
            command.drafts.push_back(make_draft(log::space_of(network), to_hex(noise)));
            text_bytes += command.drafts.back().encoded->size();
        }
        REQUIRE(world.command(0, std::move(command)));
    }
    const std::uint64_t before = world.school(0).bytes_sent;
    world.lines().set_quality(0, 1, {std::chrono::milliseconds(50), 8'000});
    world.mend(0, 1);

    CHECK(world.run_until([&] { return all_hold(world, {0, 1}, 400); }, seconds(1200)));
    CHECK(world.school(0).bytes_sent - before < text_bytes * 3 / 2);
}

TEST_CASE("storm: an old disk image with other words about the school is heard again", "[sim]") {
    World world(108);
    const NetworkId network = make_star(world, 1);
    const auto addresses = [](const std::string& address) {
        return replica::SetProfile{{}, {address}};
    };
    REQUIRE(world.command(1, addresses("one:1")));
    world.run_for(seconds(5));
    auto image = world.school(1).disk->clone();
    REQUIRE(world.command(1, addresses("two:1")));
    world.run_for(seconds(5));

    world.stop(1, false);
    world.school(1).disk = std::move(image);
    world.start(1, false);
    REQUIRE(world.command(1, addresses("three:1")));
    world.run_for(seconds(60));

    const auto known = world.school(0).replica->neighbours();
    CHECK(std::any_of(known.begin(), known.end(), [](const auto& one) {
        return one.address == "three:1";
    }));
    const auto reply = world.command(0, replica::WaitForSync{});
    REQUIRE(reply);
    CHECK(std::get<replica::SyncReport>(*reply).reached == 1);
    CHECK(std::get<replica::SyncReport>(*reply).lagging.empty());
    CHECK(all_hold(world, {0, 1}, 0));
    static_cast<void>(network);
}

TEST_CASE("storm: a school that writes two histories does not part two honest ones", "[sim]") {
    World world(109);
    const NetworkId network = make_star(world, 2);
    REQUIRE(world.command(2, replica::AddNeighbour{network, world.school(1).address}));
    REQUIRE(publish(world, 1, network, 3));
    world.run_for(seconds(5));
    REQUIRE(all_hold(world, {0, 1, 2}, 3));
    auto image = world.school(1).disk->clone();
    const auto mark = world.school(1).mark;
    world.part(0, 2);
    world.part(1, 2);
    REQUIRE(publish(world, 1, network, 2));
    world.run_for(seconds(5));

    // Its disk and its mark go back in time together, as only a liar's do.
    world.stop(1, false);
    world.school(1).disk = std::move(image);
    world.school(1).mark = mark;
    world.part(0, 1);
    world.mend(1, 2);
    world.start(1, true);
    REQUIRE(publish(world, 1, network, 3));
    CHECK(own_logs(world, 1, network) == 1);
    CHECK(world.run_until([&] { return status(world, 2)->documents == 6; }, seconds(600)));
    REQUIRE(status(world, 0)->documents == 5);
    world.stop(1, false);
    world.mend(0, 2);
    REQUIRE(publish(world, 0, network, 4));
    REQUIRE(publish(world, 2, network, 5));

    CHECK(world.run_until([&] { return all_hold(world, {0, 2}, 12); }, seconds(900)));
    world.run_for(seconds(60));
    for (const std::size_t index : {0U, 2U}) {
        CHECK(needs_attention(world, index, "log.forked"));
        CHECK_FALSE(needs_attention(world, index, "log.contradiction"));
    }
    CHECK(status(world, 0)->digest == status(world, 2)->digest);
    const std::uint64_t before = world.school(0).bytes_sent + world.school(2).bytes_sent;
    world.run_for(seconds(600));
    CHECK(world.school(0).bytes_sent + world.school(2).bytes_sent - before < 300'000);
}

} // namespace staffroom::simulation
