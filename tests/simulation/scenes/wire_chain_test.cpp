// Words of a member that others cannot read or must not believe: a chain written with the root key
// that was in force, entries of a later version. [I2] [L4]
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/tree_hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "tests/simulation/liars/crafter.hpp"
#include "tests/simulation/people/caller.hpp"
#include "tests/simulation/people/scenes.hpp"
#include "tests/support/network/root_change.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {
namespace {

using std::chrono::seconds;

identity::Certificate make_certificate(Random& random, const crypto::Secret32& transport) {
    return {
        random.make<SigningPublicKey>(),
        channel::TransportKeyPair::from_secret(transport).public_key,
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
}

std::size_t links_of(World& world, std::size_t index, const SchoolId& school) {
    const auto all = world.school(index).replica->neighbours();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& one) {
        return one.connected && one.school == school;
    }));
}

Caller& add_caller(World& world) {
    auto made = std::make_unique<Caller>(world, 78);
    Caller& caller = *made;
    caller.settle(world.add_guest("caller", std::move(made)));
    return caller;
}

wire::Fingerprint identity_of(World& world, ByteView chain) {
    const auto parsed = identity::IdentityChain::parse(chain, world.verifier());
    REQUIRE(parsed);
    return *wire::Fingerprint::from(parsed->tip().view().first(wire::Fingerprint::size_bytes));
}

/// Entries as the author's node of a later version writes them.
struct LaterLog {
    log::LogDescriptor descriptor;
    std::vector<SharedBytes> headers{};
    std::vector<wire::WireBody> bodies{};

    void add(Bytes header, wire::WireBody body) {
        headers.push_back(std::make_shared<const Bytes>(std::move(header)));
        bodies.push_back(std::move(body));
    }
    void add_record(Random& random, std::uint8_t version) {
        const auto salt = random.make<Salt>();
        records::RecordBody words;
        words.title = "A title";
        const auto encoded = records::encode_body(words);
        REQUIRE(encoded);
        log::EntryHeader header{.kind = 1, .school = descriptor.school};
        header.reach = 4;
        header.codec = static_cast<std::uint32_t>(encoded->codec);
        header.plain_length = encoded->plain_length;
        header.encoded_length = static_cast<std::uint32_t>(encoded->encoded->size());
        header.commitment = records::commitment(salt, *encoded->encoded);
        Bytes bytes = log::encode_header(header);
        REQUIRE(bytes[0] == 8); // the version stands first
        bytes[1] = version;
        if (version > 1)
            append(bytes, Bytes{0xB0, 0x01, 0x05}); // field 22, which version 1 does not have
        add(std::move(bytes), {log::BodyState::have, {to_bytes(salt.view()), encoded->encoded}});
    }
    [[nodiscard]] log::SignedHead head(const crypto::SigningKey& key) const {
        log::CompactRange whole{LogSize{0}, LogSize{0}, {}};
        std::vector<TreeHash> leaves;
        for (const SharedBytes& header : headers)
            leaves.push_back(log::leaf_hash<log::Blake2b256>(*header));
        log::append_leaves<log::Blake2b256>(whole, leaves, [](const log::TreeNode&) {});
        return log::sign_head(
            {log::log_id(descriptor),
             LogSize{headers.size()},
             *log::root_of<log::Blake2b256>(whole),
             WallTime{1}},
            key
        );
    }
};

/// The start, an entry of this version and two of later ones.
void fill(LaterLog& written, Random& random) {
    written.add(
        log::encode_header(
            {.kind = log::kind_incarnation_start, .school = written.descriptor.school}
        ),
        {log::BodyState::missing, {}}
    );
    written.add_record(random, 1);
    written.add_record(random, 2);
    written.add_record(random, 100);
}

/// How many entries of this log a school holds.
std::uint64_t stored(World& world, std::size_t index, const NetworkId& network, const LogId& id) {
    for (const auto& one : world.school(index).replica->logs(log::space_of(network))) {
        if (one.id == id)
            return one.stored.value;
    }
    return 0;
}

} // namespace

TEST_CASE("wire: twenty certificates by the old root key undo no root change", "[sim]") {
    for (const bool thief_is_first : {false, true}) {
        INFO((thief_is_first ? "the thief comes first" : "the school comes first"));
        World world(81);
        const NetworkId network = make_star(world, 2);
        School& victim = world.school(1);
        const MemberKeys keys = take_keys(victim, network);
        crypto::Secret32 secret;
        victim.random->fill(secret.writable());
        const crypto::SigningKey stolen(victim.root_seed);
        Bytes forged = victim.chain;
        for (int i = 0; i < 20; ++i) {
            crypto::Secret32 other;
            victim.random->fill(other.writable());
            auto longer = identity::certify(
                forged,
                stolen,
                make_certificate(*victim.random, i == 0 ? secret : other),
                world.verifier()
            );
            REQUIRE(longer);
            forged = std::move(*longer);
        }
        Caller& thief = add_caller(world);
        thief.on_open = [&](LinkId link) {
            wire::SpaceGreeting greeting{
                thief.token(link, keys.network_seed),
                wire::Fingerprint(wire::Fingerprint::Raw{}),
                true};
            thief.say(link, wire::Hello{0, identity_of(world, forged), {greeting}, forged});
        };
        const auto rotate = [&] {
            world.stop(1, false);
            victim.chain =
                tests::change_root(victim.chain, crypto::SigningKey(victim.next_root_seed));
            world.start(1, true);
            world.run_for(seconds(30));
        };

        if (thief_is_first) {
            thief.call(0, secret);
            world.run_for(seconds(5));
            CHECK(links_of(world, 0, *victim.id) == 2); // nobody can know yet
            rotate();
        } else {
            rotate();
            thief.call(0, secret);
        }
        world.run_for(seconds(90));

        CHECK(links_of(world, 0, *victim.id) == 1);
        CHECK(thief.open_count() == 0);
        REQUIRE(publish(world, 1, network, 3));
        CHECK(world.run_until([&] { return all_hold(world, {0, 1, 2}, 3); }, seconds(60)));
    }
}

namespace {

void give_what_is_wanted(Caller& later, const LaterLog& written) {
    later.on_message = [&later, &written](LinkId link, const wire::Message& message) {
        if (const auto* want = std::get_if<wire::Want>(&message))
            later.say(
                link,
                wire::Chunk{
                    want->stream,
                    want->log,
                    Position{0},
                    written.headers,
                    written.bodies,
                    {},
                    std::nullopt}
            );
    };
}

} // namespace

TEST_CASE("wire: entries of a later version are kept, passed on, counted and not shown", "[sim]") {
    World world(82);
    const NetworkId network = make_star(world, 2);
    const MemberKeys keys = take_keys(world.school(1), network);
    Random& random = *world.school(1).random;
    LaterLog written{
        {log::space_of(network),
         log::Channel::records,
         keys.school,
         crypto::public_key_of(keys.signing_seed),
         random.make<Incarnation>()}};
    fill(written, random);
    world.stop(1, false);
    Caller& later = add_caller(world);
    const log::SignedHead head = written.head(crypto::SigningKey(keys.signing_seed));
    later.on_open = [&](LinkId link) {
        wire::SpaceGreeting greeting{
            later.token(link, keys.network_seed),
            wire::Fingerprint(wire::Fingerprint::Raw{}),
            true};
        later.say(link, wire::Hello{0, identity_of(world, keys.chain), {greeting}, keys.chain});
        wire::Offers offers{later.token(link, keys.network_seed), {}, {}, {}};
        offers.logs.push_back({written.descriptor, head, head.head.size});
        later.say(link, offers);
    };
    give_what_is_wanted(later, written);

    const LinkId link = later.call(0, keys.transport_secret);
    world.run_for(seconds(10));

    CHECK(later.is_open(link));
    for (const std::size_t index : {0U, 2U}) {
        INFO(index);
        CHECK(stored(world, index, network, head.head.log) == 4);
        CHECK(status(world, index)->documents == 1);
        CHECK(needs_attention(world, index, "records.newer"));
        world.stop(index, false);
        world.start(index, true);
        CHECK(stored(world, index, network, head.head.log) == 4);
        CHECK(needs_attention(world, index, "records.newer"));
    }
    CHECK(status(world, 0)->digest == status(world, 2)->digest);
}

} // namespace staffroom::simulation
