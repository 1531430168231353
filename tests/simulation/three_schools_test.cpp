#include "protocol/records/body.hpp"
#include "tests/simulation/world.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using replica::NetworkStatus;

struct Code {
    crypto::Secret32 psk;
    crypto::SigningKey admit;
};

Code make_code(Random& random) {
    crypto::Secret32 psk;
    crypto::Secret32 seed;
    random.fill(psk.writable());
    random.fill(seed.writable());
    return {std::move(psk), crypto::SigningKey(seed)};
}

NetworkId create_network(World& world, std::size_t index) {
    auto reply =
        world.command(index, replica::CreateNetwork{"Forest", "talk for reading", "Be kind."});
    REQUIRE(reply);
    return std::get<replica::NetworkCreated>(*reply).network;
}

Code invite(World& world, std::size_t index, const NetworkId& network) {
    Code code = make_code(*world.school(index).random);
    auto reply = world.command(
        index,
        replica::CreateInvitation{
            network, code.psk.copy(), code.admit.public_key(), WallTime{9'000'000'000'000}}
    );
    REQUIRE(reply);
    return code;
}

Result<replica::Reply>
join(World& world, std::size_t index, const Code& code, std::size_t inviter) {
    return world.command(
        index,
        replica::JoinNetwork{
            code.psk.copy(),
            code.admit.copy(),
            world.school(inviter).address,
            std::chrono::seconds(20)}
    );
}

replica::RecordDraft draft(const SpaceId& space, const std::string& text) {
    records::RecordBody body;
    body.title = "A title";
    body.text = text;
    auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    return {
        space,
        1,
        std::nullopt,
        {},
        {},
        4,
        static_cast<std::uint32_t>(encoded->codec),
        encoded->plain_length,
        0,
        encoded->encoded,
        std::nullopt};
}

void publish(World& world, std::size_t index, const NetworkId& network, int count) {
    replica::PublishRecords command;
    for (int i = 0; i < count; ++i)
        command.drafts.push_back(draft(
            log::space_of(network),
            world.school(index).name + " writes record " + std::to_string(i) +
                std::string(2000, 'x')
        ));
    auto reply = world.command(index, std::move(command));
    REQUIRE(reply);
}

NetworkStatus only_network(World& world, std::size_t index) {
    const auto networks = world.school(index).replica->networks();
    REQUIRE(networks.size() == 1);
    return networks.front();
}

bool all_equal(World& world, std::size_t count, std::uint64_t documents) {
    for (std::size_t i = 0; i < count; ++i) {
        const NetworkStatus status = only_network(world, i);
        const NetworkStatus first = only_network(world, 0);
        if (status.digest != first.digest || status.documents != documents ||
            status.missing_entries != 0)
            return false;
    }
    return true;
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

    publish(world, 0, network, 300);
    publish(world, 2, network, 200);

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
    publish(world, 0, network, 300);
    tests::SeededRandom random(33);

    for (int cut = 0; cut < 30; ++cut) {
        world.cut_after(2, random.below(20'000));
        world.run_for(std::chrono::milliseconds(300));
        publish(world, 2, network, 3);
    }

    CHECK(world.run_until([&] { return all_equal(world, 3, 390); }, std::chrono::seconds(120)));
}

TEST_CASE("three schools: a crash loses nothing that was acknowledged", "[sim]") {
    World world(4);
    const NetworkId network = make_chain(world);
    publish(world, 2, network, 50);
    world.run_for(std::chrono::seconds(5));

    world.stop(2, true);
    publish(world, 0, network, 40);
    world.run_for(std::chrono::seconds(5));
    world.start(2, false);
    publish(world, 2, network, 10);

    CHECK(world.run_until([&] { return all_equal(world, 3, 100); }, std::chrono::seconds(120)));
}

TEST_CASE("three schools: when all hold the same, sync --wait says so", "[sim]") {
    World world(5);
    const NetworkId network = make_chain(world);
    publish(world, 0, network, 20);
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
    publish(world, 0, network, 100);
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
    replica::NodeKeys keys{
        crypto::SigningKey(other.signing_seed),
        channel::TransportKeyPair::from_secret(other.transport_secret)};

    auto opened = replica::Replica::open(
        {std::move(keys), *other.id, other.chain, {}}, *image, *other.random, other.verifier
    );

    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::wrong_school);
}

} // namespace staffroom::simulation
