// How far a node lets the records of a school count that is out: what it signs of the pins of
// others, what it writes of its own accord, and what its own records are to it. [M11] [M12]
#include "protocol/replica/commands.hpp"
#include "protocol/replica/link_upkeep.hpp"
#include "protocol/replica/membership/changes.hpp"
#include "protocol/replica/terms.hpp"
#include "tests/support/network/governance_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using network::Reason;
using network::Remove;
using network::Role;
using network::SetRole;
using std::chrono::seconds;

struct Scene : tests::GovernanceScene {
    SchoolId self = parts->context.school;

    [[nodiscard]] MembershipActs acts() const { return {parts->context, parts->logbook, state()}; }
    static TreeHash leaf(int number) {
        return log::leaf_hash<log::Blake2b256>(as_view("entry " + std::to_string(number)));
    }
    static log::CompactRange range(std::uint64_t size) {
        log::CompactRange all;
        std::vector<TreeHash> leaves;
        for (std::uint64_t i = 0; i < size; ++i)
            leaves.push_back(leaf(static_cast<int>(i)));
        log::append_leaves<log::Blake2b256>(all, leaves, [](auto) {});
        return all;
    }
    /// A log of records of a school with so many entries.
    LogId records_of(const SchoolId& school, std::uint64_t entries) {
        const crypto::SigningKey key(seed());
        const log::LogDescriptor descriptor{
            log::space_of(*network),
            log::Channel::records,
            school,
            key.public_key(),
            random.make<Incarnation>()};
        const LogId id = log::log_id(descriptor);
        const log::CompactRange all = range(entries);
        const LogSize size{entries};
        const auto head =
            log::sign_head({id, size, *log::root_of<log::Blake2b256>(all), WallTime{1}}, key);
        Image image;
        image.logs.push_back({id, descriptor, head, size, all, {size, size, {}}, 0});
        parts->logbook.restore(image);
        state().space.add_log(id, school);
        parts->networks.update_item(*parts->logbook.find(id));
        return id;
    }
    const LogRecord& record(const LogId& id) { return *parts->logbook.find(id); }
    network::Pins pin(const LogId& log, std::uint64_t size) {
        return {{log, LogSize{size}, random.make<TreeHash>()}};
    }
};

} // namespace

TEST_CASE("pins: nobody signs a removal that lets more count than is here", "[replica]") {
    Scene scene;
    const auto [m, first] = scene.member({});
    const auto [friend_of_it, second] = scene.member({first});
    const auto up = scene.say(scene.self, SetRole{friend_of_it.id, Role::coordinator}, {second});
    const LogId log = scene.records_of(m.id, 5);
    const auto refusal_of = [&](network::Pins pins) {
        const auto removal =
            scene.say(friend_of_it.id, Remove{m.id, Reason::silent, std::move(pins)}, {up});
        return scene.acts().why_not(network::Confirm{removal});
    };

    CHECK_FALSE(refusal_of(scene.pin(log, 5)));
    CHECK(refusal_of(scene.pin(log, 6)) == ChangeRefusal::pins_not_here);
    CHECK(refusal_of(scene.pin(log, ~std::uint64_t{0})) == ChangeRefusal::pins_not_here);
    CHECK(refusal_of(scene.pin(scene.random.make<LogId>(), 1)) == ChangeRefusal::pins_not_here);
}

TEST_CASE("pins: who left can still be suspended or removed, once", "[replica]") {
    Scene scene;
    const auto [m, first] = scene.member({});
    const auto [n, second] = scene.member({first});
    const LogId log = scene.records_of(m.id, 5);
    const auto left = scene.say(
        m.id, network::Leave{Reason::own_wish, scene.pin(log, ~std::uint64_t{0})}, {second}
    );
    REQUIRE(scene.acts().standing_of(m.id) == Standing::left);
    CHECK_FALSE(scene.acts().why_not(Remove{m.id, Reason::silent}));
    REQUIRE_FALSE(scene.acts().why_not(network::Suspend{m.id, Reason::silent}));

    scene.say(scene.self, scene.acts().complete(network::Suspend{m.id, Reason::silent}), {left});
    CHECK(scene.record(log).cut->position == Position{5});
    CHECK(
        scene.acts().why_not(network::Suspend{m.id, Reason::silent}) == ChangeRefusal::already_so
    );
}

TEST_CASE("pins: no member's proposal cuts the logs of one whose time is over", "[replica]") {
    Scene scene;
    const auto [m, first] = scene.member({});
    const auto [plain, second] = scene.member({first});
    const LogId log = scene.records_of(m.id, 5);
    const auto reads = scene.say(scene.self, SetRole{m.id, Role::observer}, {second});
    const auto writes = scene.say(scene.self, SetRole{m.id, Role::member, WallTime{50}}, {reads});
    scene.say(
        plain.id, SetRole{m.id, Role::observer, {}, scene.pin(log, ~std::uint64_t{0})}, {writes}
    );
    scene.parts->context.wall = WallTime{60};
    scene.taken<Store>();

    OwnLogs::Draft draft = scene.parts->own_logs.draft();
    write_ended_terms(*scene.parts, scene.state(), draft);
    draft.commit();

    const auto stores = scene.taken<Store>();
    REQUIRE(stores.size() == 1);
    const auto& entries = stores.front().batch.appends.front().entries;
    const auto written = network::parse_operation(*entries.back().body.encoded);
    REQUIRE(written);
    const auto* role = std::get_if<SetRole>(&written->act);
    REQUIRE(role != nullptr);
    REQUIRE(role->pins.size() == 1);
    CHECK(role->pins.front().size == LogSize{5});
}

TEST_CASE("pins: nothing counts of a school whose admission is void, whoever took it") {
    Scene scene;
    const auto [m, first] = scene.member({});
    const auto stranger = tests::make_school(scene.random);
    const LogId log = scene.records_of(stranger.id, 5);
    const LogId of_member = scene.records_of(m.id, 5);
    scene.say(m.id, network::Seen{}, {first}); // the roster is written anew

    CHECK(scene.record(log).counted() == LogSize{0});
    CHECK(scene.state().space.items.find(Digest(log.raw())) == nullptr);
    CHECK(scene.record(of_member).counted() == LogSize{5});
    // When it is admitted, all of it counts.
    const auto by = scene.invite(scene.self, {first});
    scene.say(scene.self, scene.admit(by, stranger), {by});
    CHECK(scene.record(log).counted() == LogSize{5});
}

TEST_CASE("pins: an observer cuts its own records as others do, and sees them all", "[replica]") {
    Scene scene;
    const auto [n, first] = scene.member({});
    const auto up = scene.say(scene.self, SetRole{n.id, Role::coordinator}, {first});
    const LogId log = scene.records_of(scene.self, 5);
    const auto reads =
        scene.say(scene.self, SetRole{scene.self, Role::observer, {}, scene.pin(log, 3)}, {up});
    REQUIRE(scene.state().roster.members.at(scene.self).role == Role::observer);
    CHECK(scene.record(log).counted() == LogSize{3});
    CHECK(scene.record(log).shown() == LogSize{5});

    const auto out = scene.say(n.id, SetRole{scene.self, Role::member}, {reads});
    CHECK(scene.record(log).counted() == LogSize{5});
    scene.say(scene.self, network::Leave{Reason::own_wish, scene.pin(log, 3)}, {out});
    CHECK(scene.record(log).counted() == LogSize{5}); // who is out keeps what it has
}

TEST_CASE("pins: a closing lends nobody a root that it does not hold", "[replica]") {
    Scene scene;
    const auto [m, first] = scene.member({});
    const LogId log = scene.records_of(m.id, 5);
    const network::Pins word = scene.pin(log, 4); // of another history
    scene.say(scene.self, network::Suspend{m.id, Reason::stolen, word}, {first});
    REQUIRE(scene.record(log).counted() == LogSize{4});
    scene.taken<Load>();

    scene.parts->cut_logs.log_cut(log);
    scene.parts->cut_logs.pump();
    const auto loads = scene.taken<Load>();
    REQUIRE(loads.size() == 1);
    REQUIRE(std::get<LoadRanges>(loads[0].what).ranges.front().second == LogSize{4});
    const log::CompactRange here = Scene::range(4);
    scene.parts->cut_logs.load_finished(loads[0].id, Loaded(LoadedRanges{log, {here}}));

    const TreeHash root = *log::root_of<log::Blake2b256>(here);
    CHECK(scene.record(log).counted_root() == root);
    CHECK(scene.state().space.items.find(Digest(log.raw()))->tag == tag_of(root.view()));
}

TEST_CASE("pins: a link of a removed school ends, by whatever key it dialled", "[replica]") {
    Scene scene;
    const auto [m, first] = scene.member({});
    scene.link().school = m.id;
    scene.parts->context.now = scene.parts->context.now + seconds(61);
    scene.link().heard_at = scene.link().said_at = scene.parts->context.now;
    scene.link().pinged_at = scene.parts->context.now;
    const bool by_code = GENERATE(false, true);
    if (by_code)
        scene.link().meeting = InviteMeeting{*scene.network, first};
    else
        scene.link().meeting = NetworkMeeting{*scene.network};
    tend_links(*scene.parts);
    CHECK_FALSE(scene.link().closing);

    scene.say(m.id, network::Leave{Reason::own_wish, {}}, {first});
    tend_links(*scene.parts);
    const bool is_closing = scene.parts->links.find(tests::neighbour) == nullptr;
    CHECK(is_closing == !by_code);
}

} // namespace staffroom::replica
