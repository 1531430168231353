// What a node writes of itself so that what others did does not hang on their log alone [M9]: the
// real parts of a founder, with the operations of other schools as if they had arrived.
#include "protocol/base/limits.hpp"
#include "protocol/log/tree_hash.hpp"
#include "protocol/log/tree_range.hpp"
#include "protocol/replica/membership/own_operations.hpp"
#include "tests/support/network/founder_scene.hpp"
#include "tests/support/network/roster_story.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using log::Blake2b256;

struct Scene : tests::FounderScene {
    std::map<SchoolId, std::pair<LogId, std::uint64_t>> logs;
    crypto::SigningKey code{seed()};
    std::uint64_t invite_count = 0;

    crypto::Secret32 seed() {
        crypto::Secret32 secret;
        random.fill(secret.writable());
        return secret;
    }
    /// The governance log of a school, with room for what it says.
    std::pair<LogId, std::uint64_t>& log_of(const SchoolId& school) {
        const auto known = logs.find(school);
        if (known != logs.end())
            return known->second;
        const crypto::SigningKey key(seed());
        const log::LogDescriptor descriptor{
            log::space_of(*network),
            log::Channel::governance,
            school,
            key.public_key(),
            random.make<Incarnation>()};
        const LogId id = log::log_id(descriptor);
        log::CompactRange range;
        const TreeHash leaf = log::leaf_hash<Blake2b256>(as_view("an entry"));
        log::append_leaves<Blake2b256>(range, std::vector<TreeHash>(50, leaf), [](auto) {});
        const LogSize size{50};
        const auto head =
            log::sign_head({id, size, *log::root_of<Blake2b256>(range), WallTime{1}}, key);
        Image image;
        image.logs.push_back({id, descriptor, head, size, range, {size, size, {}}, 0});
        parts->logbook.restore(image);
        return logs.emplace(school, std::pair(id, std::uint64_t{0})).first->second;
    }
    RevisionId say(const SchoolId& school, network::Act act, std::vector<RevisionId> seen) {
        auto& [log, next] = log_of(school);
        const auto id = random.make<RevisionId>();
        const network::Operation operation{std::move(seen), std::move(act)};
        auto payload = std::make_shared<const Bytes>(network::encode_operation(operation));
        parts->networks.take_governance(
            {log,
             LogSize{next},
             LogSize{next + 1},
             {{log, Position{next}, school, id, std::move(payload)}},
             {},
             {}}
        );
        ++next;
        return id;
    }
    RevisionId invite(const SchoolId& school, std::vector<RevisionId> seen) {
        return say(
            school, network::Invite{seed(), code.public_key(), WallTime{9}}, std::move(seen)
        );
    }
    network::Admit admit(const RevisionId& invite, const tests::School& newcomer) {
        const auto handshake = random.make<Digest>();
        const Bytes statement =
            network::admission_statement(handshake, newcomer.id, state().genesis.charter_hash());
        return {
            invite,
            newcomer.id,
            newcomer.inception,
            handshake,
            code.sign(crypto::SignLabel::admission, statement)};
    }
    /// Lets so many seconds pass. How many batches went to the disk.
    std::size_t pump_after(int seconds) {
        parts->context.now = parts->context.now + std::chrono::seconds(seconds);
        parts->witnesses.pump();
        return taken<Store>().size();
    }
};

} // namespace

TEST_CASE("witnesses: an admit that one school alone has written is copied, in time", "[replica]") {
    Scene scene;
    const SchoolId& self = scene.parts->context.school;
    const tests::School m = tests::make_school(scene.random);
    const tests::School x = tests::make_school(scene.random);
    const auto first = scene.invite(self, {});
    const auto in = scene.say(self, scene.admit(first, m), {first});
    const auto second = scene.invite(self, {in});
    CHECK(scene.pump_after(0) == 0); // all of it is our own
    CHECK_FALSE(scene.parts->witnesses.deadline());

    const network::Admit admit = scene.admit(second, x);
    const auto admitted = scene.say(m.id, network::Admit(admit), {second});
    CHECK(scene.pump_after(0) == 0);
    REQUIRE(scene.parts->witnesses.deadline());
    const auto wait = *scene.parts->witnesses.deadline() - scene.parts->context.now;
    CHECK(wait >= std::chrono::seconds(60));
    CHECK(wait < std::chrono::seconds(360));

    SECTION("when nobody else has done it") {
        CHECK(scene.pump_after(59) == 0);
        CHECK(scene.pump_after(301) == 1);
        CHECK_FALSE(scene.parts->witnesses.deadline());
    }
    SECTION("not when somebody else has") {
        scene.say(x.id, network::Join{admitted, Digest({})}, {admitted});
        CHECK(scene.pump_after(1) == 0);
        CHECK(scene.parts->witnesses.deadline());
        const tests::School n = tests::make_school(scene.random);
        const auto third = scene.invite(self, {admitted});
        const auto joined = scene.say(self, scene.admit(third, n), {third});
        scene.say(n.id, network::Admit(admit), {joined});
        CHECK(scene.pump_after(1) == 0);
        CHECK_FALSE(scene.parts->witnesses.deadline());
    }
}

TEST_CASE("witnesses: a coordinator says what it has seen of another one's acts", "[replica]") {
    Scene scene;
    const SchoolId& self = scene.parts->context.school;
    const tests::School m = tests::make_school(scene.random);
    const auto first = scene.invite(self, {});
    const auto in = scene.say(self, scene.admit(first, m), {first});
    const auto up = scene.say(self, network::SetRole{m.id, network::Role::coordinator}, {in});
    CHECK(scene.pump_after(400) == 0);
    scene.invite(m.id, {up});
    CHECK(scene.pump_after(0) == 0);
    CHECK(scene.pump_after(400) == 1);
}

TEST_CASE("own operations: more than one can name is gathered first", "[replica]") {
    Scene scene;
    const SchoolId& self = scene.parts->context.school;
    const tests::School m = tests::make_school(scene.random);
    const auto first = scene.invite(self, {});
    const auto in = scene.say(self, scene.admit(first, m), {first});
    const auto up = scene.say(self, network::SetRole{m.id, network::Role::coordinator}, {in});
    for (int i = 0; i < 40; ++i)
        scene.invite(m.id, {up});
    REQUIRE(scene.state().operations.names_for(self).size() > 2 * limits::operation_seen_max);

    OwnLogs::Draft draft = scene.parts->own_logs.draft();
    add_operation(draft, scene.state(), self, network::Seen{});
    draft.commit();

    const auto stores = scene.taken<Store>();
    REQUIRE(stores.size() == 1);
    std::size_t operations = 0;
    for (const LogAppend& appended : stores.front().batch.appends)
        operations += appended.entries.size();
    CHECK(operations >= 3);
}

} // namespace staffroom::replica
