// Attacks on the wire, scene by scene: addresses that belong to others, crowds of lines of one
// school, half messages, callers that nobody knows, repeated first frames, chains without the next
// root key, entries of a later version. [C2] [I2] [L4] [S1] [S10]
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_hash.hpp"
#include "tests/simulation/liars/crafter.hpp"
#include "tests/simulation/liars/listening_guest.hpp"
#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/scenes.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

/// Takes every connection and says nothing.
class Silence final : public ListeningGuest {
public:
    void opened(LinkId) override {}
    void arrived(LinkId, ByteView) override {}
    void closed(LinkId) override {}
};

/// Answers a connection with the very bytes that came, at the door of whoever sent them.
class Mirror final : public ListeningGuest {
public:
    Mirror(World& world, std::string door)
        : world_(world)
        , door_(std::move(door)) {}
    void settle(std::size_t index) { index_ = index; }
    void opened(LinkId link) override {
        if (const auto at = waiting_.find(link); at != waiting_.end())
            world_.send_as_guest(index_, link, at->second);
    }
    void arrived(LinkId link, ByteView bytes) override {
        if (waiting_.count(link) > 0)
            answered_ += bytes.size();
        else
            waiting_.emplace(world_.dial_as_guest(index_, door_), to_bytes(bytes));
    }
    void closed(LinkId) override {}
    [[nodiscard]] std::size_t answered() const { return answered_; }

private:
    World& world_;
    std::string door_;
    std::size_t index_ = 0;
    std::map<LinkId, Bytes> waiting_;
    std::size_t answered_ = 0;
};

void publish_addresses(World& world, std::size_t index, std::vector<std::string> addresses) {
    wire::Profile profile;
    profile.name = world.school(index).name;
    const auto encoded = wire::encode_profile(profile);
    REQUIRE(encoded);
    REQUIRE(world.command(index, replica::SetProfile{*encoded, std::move(addresses)}));
}

std::optional<replica::NeighbourStatus>
neighbour(World& world, std::size_t index, const std::string& address) {
    for (const auto& one : world.school(index).replica->neighbours()) {
        if (one.address == address)
            return one;
    }
    return std::nullopt;
}

bool is_linked(World& world, std::size_t one, std::size_t other) {
    const auto all = world.school(one).replica->neighbours();
    return std::any_of(all.begin(), all.end(), [&](const auto& neighbour) {
        return neighbour.connected && neighbour.school == world.school(other).id;
    });
}

std::size_t links_of(World& world, std::size_t index, const SchoolId& school) {
    const auto all = world.school(index).replica->neighbours();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
        return one.connected && one.school == school;
    }));
}

struct Called {
    std::size_t index;
    Caller& caller;
};

Called add_caller(World& world) {
    auto made = std::make_unique<Caller>(world, 77);
    Caller& caller = *made;
    const std::size_t index = world.add_guest("caller", std::move(made));
    caller.settle(index);
    return {index, caller};
}

} // namespace

// -------------------------------------------------------------------------------------- addresses

TEST_CASE("wire: who publishes another's address does not hide that school", "[sim]") {
    for (const bool swapped : {false, true}) {
        World world(71);
        const NetworkId network = make_star(world, 3);
        const std::size_t victim = swapped ? 1 : 2;
        const std::size_t liar = swapped ? 2 : 1;
        const std::string address = world.school(victim).address;
        publish_addresses(world, victim, {address});
        publish_addresses(world, liar, {address, world.school(liar).address});
        // The one who looks has the liar's line already.
        REQUIRE(world.command(3, replica::AddNeighbour{network, world.school(liar).address}));

        CHECK(world.run_until([&] { return is_linked(world, 3, victim); }, seconds(60)));

        const auto known = neighbour(world, 3, address);
        REQUIRE(known);
        CHECK(known->school == world.school(victim).id);
    }
}

TEST_CASE("wire: silent addresses take few places, and a school's line comes at once", "[sim]") {
    World world(72);
    const NetworkId network = make_star(world, 5);
    std::size_t hole = 0;
    for (std::size_t liar = 1; liar <= 3; ++liar) {
        std::vector<std::string> holes;
        for (int i = 0; i < 8; ++i) {
            const std::string name = "a-hole" + std::to_string(hole++);
            world.add_guest(name, std::make_unique<Silence>());
            holes.push_back(name + ":1");
        }
        publish_addresses(world, liar, holes);
    }
    world.run_for(seconds(2));
    const auto dialling = [&] {
        std::size_t count = 0;
        for (const auto& one : world.school(5).replica->neighbours())
            count += one.address.find("a-hole") == 0 && !one.connected && !one.next_try ? 1U : 0U;
        return count;
    };
    CHECK(dialling() <= 3 * limits::hearsay_dials_per_school_max);

    SECTION("one that a member has published") {
        publish_addresses(world, 4, {world.school(4).address});
        CHECK(world.run_until([&] { return is_linked(world, 5, 4); }, seconds(4)));
    }
    SECTION("one that a person has added") {
        REQUIRE(world.command(5, replica::AddNeighbour{network, world.school(4).address}));
        CHECK(world.run_until([&] { return is_linked(world, 5, 4); }, seconds(4)));
    }
    SECTION("and sync waits for none of them") {
        const Instant begin = world.now();
        REQUIRE(world.command(5, replica::WaitForSync{}));
        CHECK(world.now() - begin < seconds(6));
    }
}

TEST_CASE("wire: an address is forgotten when nobody publishes it any more", "[sim]") {
    World world(73);
    make_star(world, 2);
    world.add_guest("hole", std::make_unique<Silence>());
    publish_addresses(world, 1, {"hole:1"});
    REQUIRE(world.run_until([&] { return neighbour(world, 2, "hole:1").has_value(); }, seconds(9)));

    publish_addresses(world, 1, {});

    CHECK(world.run_until([&] { return !neighbour(world, 2, "hole:1"); }, seconds(60)));
}

TEST_CASE("wire: what is no address of anybody is dialled by nobody", "[sim]") {
    World world(74);
    make_star(world, 2);
    publish_addresses(world, 1, {"school1:0", "http://school1:1", "no port", "a b:1"});
    world.run_for(seconds(20));

    for (const auto& one : world.school(2).replica->neighbours())
        CHECK(one.source != "published");
}

TEST_CASE("wire: a first frame that comes back at our own door harms no line", "[sim]") {
    World world(75);
    const NetworkId network = make_star(world, 1);
    auto made = std::make_unique<Mirror>(world, world.school(0).address);
    Mirror& mirror = *made;
    const std::size_t index = world.add_guest("mirror", std::move(made));
    mirror.settle(index);
    REQUIRE(world.command(0, replica::AddNeighbour{network, "mirror:1"}));

    world.run_for(seconds(5));

    // Neither answered nor taken for the end of what was dialled.
    CHECK(mirror.answered() == 0);
    const auto dialled = neighbour(world, 0, "mirror:1");
    REQUIRE(dialled);
    CHECK(!dialled->next_try);
    world.run_for(seconds(12));
    const auto later = neighbour(world, 0, "mirror:1");
    CHECK((!later->next_try || *later->next_try - world.now() < seconds(5)));
}

// -------------------------------------------------------------------------------- crowds of lines

TEST_CASE("wire: a school with many keys has few lines, and leaves room for others", "[sim]") {
    World world(76);
    const NetworkId network = make_star(world, 2);
    MemberKeys keys = take_keys(world.school(1), network);
    const SchoolId school = *world.school(1).id;
    std::vector<crypto::Secret32> secrets;
    const crypto::SigningKey root(world.school(1).root_seed);
    for (int i = 0; i < 240; ++i) {
        crypto::Secret32 secret;
        world.school(1).random->fill(secret.writable());
        const identity::Certificate certificate{
            world.school(1).random->make<SigningPublicKey>(),
            channel::TransportKeyPair::from_secret(secret).public_key,
            world.school(1).random->make<EncryptionPublicKey>(),
            world.school(1).random->make<identity::CertificateId>()};
        auto longer = identity::certify(keys.chain, root, certificate, world.verifier());
        REQUIRE(longer);
        keys.chain = std::move(*longer);
        secrets.push_back(std::move(secret));
    }
    world.stop(1, false);
    const auto [index, caller] = add_caller(world);
    const auto chain = identity::IdentityChain::parse(keys.chain, world.verifier());
    REQUIRE(chain);
    const auto name = *wire::Fingerprint::from(chain->tip().view().first(16));
    bool halves = false;
    SECTION("that say hello") {}
    SECTION("that leave half a message behind") {
        halves = true;
    }
    caller.on_open = [&, &who = caller](LinkId link) {
        wire::SpaceGreeting greeting{
            who.token(link, keys.network_seed), wire::Fingerprint(wire::Fingerprint::Raw{}), true};
        who.say(link, wire::Hello{0, name, {greeting}, keys.chain});
        if (halves) {
            Bytes half;
            append_u32_be(half, limits::message_bytes_max);
            half.resize(limits::message_bytes_max - 1);
            who.say_plain(link, half);
        }
    };
    std::size_t most = 0;
    for (const crypto::Secret32& secret : secrets) {
        caller.call(0, secret);
        world.run_for(std::chrono::milliseconds(300));
        most = std::max(most, links_of(world, 0, school));
    }

    world.run_for(seconds(3));

    CHECK(most > 0);
    CHECK(most <= limits::links_per_school_max);
    CHECK(caller.open_count() <= limits::links_per_school_max);
    CHECK(is_linked(world, 0, 2));
    const std::size_t newcomer = world.add_school("newcomer");
    world.witness().allow(log::space_of(network), newcomer);
    CHECK(join(world, newcomer, invite(world, 0, network), 0));
}

// ------------------------------------------------------------------------------- unknown callers

TEST_CASE("wire: who only knows a node's key hears nothing of schools and networks", "[sim]") {
    World world(77);
    const NetworkId network = make_star(world, 1);
    create_network(world, 0);
    create_network(world, 0);
    const MemberKeys keys = take_keys(world.school(1), network);
    const auto [index, caller] = add_caller(world);
    crypto::Secret32 secret;
    world.school(0).random->fill(secret.writable());
    bool knows_seed = false;
    SECTION("a stranger") {}
    SECTION("a node that knows one of its networks") {
        knows_seed = true;
    }
    caller.on_open = [&, &who = caller](LinkId link) {
        wire::Hello hello{0, wire::Fingerprint(wire::Fingerprint::Raw{}), {}, {}};
        wire::Token token(wire::Token::Raw{});
        if (knows_seed)
            token = who.token(link, keys.network_seed);
        hello.spaces.push_back({token, std::nullopt, true});
        who.say(link, wire::WhoAreYou{});
        who.say(link, hello);
        who.say(link, wire::WhoAreYou{});
        who.say(link, wire::Ping{1, hello.spaces});
    };

    caller.call(0, secret);
    world.run_for(seconds(5));

    std::size_t networks = 0;
    std::size_t chains = 0;
    std::size_t hellos = 0;
    for (const wire::Message& message : caller.heard()) {
        if (const auto* hello = std::get_if<wire::Hello>(&message)) {
            ++hellos;
            networks = std::max(networks, hello->spaces.size());
            chains += hello->chain.empty() ? 0U : 1U;
        }
        if (const auto* pong = std::get_if<wire::Pong>(&message))
            CHECK(pong->spaces.empty());
    }
    CHECK(!caller.heard().empty());
    CHECK(networks == (knows_seed ? 1 : 0)); // the one that it has shown, not the other two
    CHECK((hellos > 0) == knows_seed);
    CHECK((chains > 0) == knows_seed);
}

TEST_CASE("wire: a first frame said again gets nothing, after a start as well", "[sim]") {
    World world(78);
    make_star(world, 1);
    SharedBytes first;
    world.on_sent([&](std::size_t from, const SharedBytes& bytes) {
        if (from == 1 && bytes->size() == 2 + limits::first_frame_bytes)
            first = bytes;
    });
    world.cut_now(1);
    world.run_for(seconds(10));
    REQUIRE(first);
    REQUIRE(is_linked(world, 0, 1));
    class Parrot final : public Guest {
    public:
        void opened(LinkId link) override { say(link); }
        void arrived(LinkId, ByteView bytes) override { answered += bytes.size(); }
        void closed(LinkId) override { ++ended; }
        std::function<void(LinkId)> say{};
        std::size_t answered = 0;
        std::size_t ended = 0;
    };
    auto made = std::make_unique<Parrot>();
    Parrot& parrot = *made;
    const std::size_t index = world.add_guest("parrot", std::move(made));
    parrot.say = [&](LinkId link) { world.send_as_guest(index, link, *first); };

    for (const bool same_boot : {true, false}) {
        world.stop(0, false);
        world.start(0, same_boot);
        world.dial_as_guest(index, world.school(0).address);
        world.run_for(seconds(1));
    }

    CHECK(parrot.ended == 2);
    CHECK(parrot.answered == 0);
}

} // namespace staffroom::simulation
