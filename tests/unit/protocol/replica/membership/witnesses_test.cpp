// What a node writes of itself so that what others did does not hang on their log alone [M9]: the
// real parts of a founder, with the operations of other schools as if they had arrived.
#include "protocol/base/limits.hpp"
#include "protocol/replica/membership/own_operations.hpp"
#include "tests/support/network/governance_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

struct Scene : tests::GovernanceScene {
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

TEST_CASE("witnesses: what settles nothing is said ever more seldom", "[replica]") {
    using std::chrono::seconds;
    Scene scene;
    const SchoolId& self = scene.parts->context.school;
    const tests::School m = tests::make_school(scene.random);
    const tests::School x = tests::make_school(scene.random);
    const auto first = scene.invite(self, {});
    const auto in = scene.say(self, scene.admit(first, m), {first});
    auto last = scene.say(self, network::SetRole{m.id, network::Role::coordinator}, {in});
    const auto wait = [&] {
        scene.pump_after(0);
        REQUIRE(scene.parts->witnesses.deadline());
        return std::chrono::duration_cast<seconds>(
            *scene.parts->witnesses.deadline() - scene.parts->context.now
        );
    };
    // What is written here comes back to nobody, so nothing is settled by it.
    for (int round = 0; round < 6; ++round) {
        last = scene.invite(m.id, {last});
        const seconds left = wait();
        CHECK(left >= seconds(60) * (1 << round));
        CHECK(left <= seconds(360) * (1 << round));
        CHECK(scene.pump_after(static_cast<int>(left.count()) + 1) == 1);
    }
    last = scene.invite(m.id, {last});
    REQUIRE(wait() > seconds(360));

    // An admission waits no longer for it.
    scene.say(m.id, scene.admit(last, x), {last});
    CHECK(wait() <= seconds(360));
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
