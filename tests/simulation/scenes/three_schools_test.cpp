#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

#include <numeric>

namespace staffroom::simulation {
namespace {

using replica::NetworkStatus;

void write(World& world, std::size_t index, const NetworkId& network, int count) {
    REQUIRE(publish(world, index, network, count));
}

NetworkStatus only_network(World& world, std::size_t index) {
    const auto networks = world.school(index).replica->networks();
    REQUIRE(networks.size() == 1);
    return networks.front();
}

bool all_equal(World& world, std::size_t count, std::uint64_t documents) {
    std::vector<std::size_t> schools(count);
    std::iota(schools.begin(), schools.end(), std::size_t{0});
    return all_hold(world, schools, documents);
}

/// A - B - C: B invites both, A and C never meet.
NetworkId make_chain(World& world) {
    const std::size_t a = world.add_school("a");
    const std::size_t b = world.add_school("b");
    const std::size_t c = world.add_school("c");
    world.part(a, c);
    const NetworkId network = create_network(world, b);
    for (const std::size_t newcomer : {a, c}) {
        const Code code = invite(world, b, network);
        auto joined = join(world, newcomer, code, b);
        REQUIRE(joined);
        CHECK(std::get<replica::NetworkJoined>(*joined).network == network);
    }
    return network;
}

} // namespace

TEST_CASE(
    "three schools: records written at both ends of a chain are the same at all three", "[sim]"
) {
    World world(1);
    const NetworkId network = make_chain(world);

    write(world, 0, network, 300);
    write(world, 2, network, 200);

    CHECK(world.run_until([&] { return all_equal(world, 3, 500); }, std::chrono::seconds(60)));
    CHECK(only_network(world, 0).members.size() == 3);
}

TEST_CASE("three schools: a spent code is told apart from one that nobody knows", "[sim]") {
    World world(2);
    const std::size_t b = world.add_school("b");
    const NetworkId network = create_network(world, b);
    const std::size_t a = world.add_school("a");
    const std::size_t c = world.add_school("c");
    const Code code = invite(world, b, network);
    REQUIRE(join(world, a, code, b));

    auto again = join(world, c, code, b);
    auto unknown = join(world, c, make_code(*world.school(c).random), b);

    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::invitation_spent);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == Errc::closed);
}

TEST_CASE("three schools: lines cut at any byte lose nothing and everything arrives", "[sim]") {
    World world(3);
    const NetworkId network = make_chain(world);
    write(world, 0, network, 300);
    tests::SeededRandom random(33);

    for (int cut = 0; cut < 30; ++cut) {
        world.cut_after(2, random.below(20'000));
        world.run_for(std::chrono::milliseconds(300));
        write(world, 2, network, 3);
    }

    CHECK(world.run_until([&] { return all_equal(world, 3, 390); }, std::chrono::seconds(120)));
}

TEST_CASE("three schools: a crash loses nothing that was acknowledged", "[sim]") {
    World world(4);
    const NetworkId network = make_chain(world);
    write(world, 2, network, 50);
    world.run_for(std::chrono::seconds(5));

    world.stop(2, true);
    write(world, 0, network, 40);
    world.run_for(std::chrono::seconds(5));
    world.start(2, false);
    write(world, 2, network, 10);

    CHECK(world.run_until([&] { return all_equal(world, 3, 100); }, std::chrono::seconds(120)));
}

TEST_CASE("three schools: when all hold the same, sync --wait says so", "[sim]") {
    World world(5);
    const NetworkId network = make_chain(world);
    write(world, 0, network, 20);
    REQUIRE(world.run_until([&] { return all_equal(world, 3, 20); }, std::chrono::seconds(60)));

    auto reply = world.command(1, replica::WaitForSync{});

    REQUIRE(reply);
    const auto& report = std::get<replica::SyncReport>(*reply);
    CHECK(report.reached == 2);
    CHECK(report.lagging.empty());
    CHECK(report.unreached.empty());
}

TEST_CASE("three schools: two nodes in sync meet again in under 1 KB both ways", "[sim]") {
    World world(6);
    const NetworkId network = make_chain(world);
    write(world, 0, network, 100);
    REQUIRE(world.run_until([&] { return all_equal(world, 3, 100); }, std::chrono::seconds(60)));
    world.run_for(std::chrono::seconds(5));
    world.part(0, 1);
    world.cut_now(0);
    world.run_for(std::chrono::seconds(1));
    const std::uint64_t before = world.school(0).bytes_sent + world.school(1).bytes_sent;

    world.mend(0, 1);
    const bool met = world.run_until(
        [&] { return world.school(0).replica->neighbours().front().settled; },
        std::chrono::seconds(600)
    );

    const std::uint64_t after = world.school(0).bytes_sent + world.school(1).bytes_sent;
    CHECK(met);
    CHECK(after - before < 1024);
    CHECK(after - before > 200);
}

TEST_CASE("three schools: an author pushes, and who heard of it offers", "[sim]") {
    World world(8);
    const NetworkId network = make_star(world, 2);
    constexpr std::size_t middle = 0;
    constexpr std::size_t far = 2;
    std::uint64_t count = 0;
    /// So many bytes the far school sent before it had a second record of this author.
    const auto asked_for = [&](std::size_t author) {
        std::uint64_t before = 0;
        for (int i = 0; i < 2; ++i) {
            world.run_for(std::chrono::seconds(5));
            before = world.school(far).bytes_sent;
            REQUIRE(publish(world, author, network, 1));
            ++count;
            const auto has_come = [&] { return all_hold(world, {far}, count); };
            REQUIRE(world.run_until(has_come, std::chrono::minutes(1)));
        }
        return world.school(far).bytes_sent - before;
    };

    CHECK(asked_for(middle) == 0);
    CHECK(asked_for(1) > 0);
}

TEST_CASE("three schools: nobody acts in a network that they do not belong to", "[sim]") {
    World world(7);
    const std::size_t a = world.add_school("a");
    const std::size_t b = world.add_school("b");
    const NetworkId network = create_network(world, a);

    auto reply = world.command(b, replica::AddNeighbour{network, "a:1"});

    REQUIRE_FALSE(reply);
    CHECK(reply.error().code == Errc::not_a_member);
}

TEST_CASE("three schools: a store is opened for its own school alone", "[sim]") {
    World world(8);
    const std::size_t a = world.add_school("a");
    const std::size_t b = world.add_school("b");
    world.run_for(std::chrono::seconds(1));
    auto image = world.school(a).store->load_image();
    REQUIRE(image);
    School& other = world.school(b);
    crypto::SodiumVerifier verifier;
    replica::NodeKeys keys{
        crypto::SigningKey(other.signing_seed),
        channel::TransportKeyPair::from_secret(other.transport_secret)};

    auto opened = replica::Replica::open(
        {std::move(keys), *other.id, other.chain, {}}, *image, *other.random, verifier
    );

    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::wrong_school);
}

} // namespace staffroom::simulation
