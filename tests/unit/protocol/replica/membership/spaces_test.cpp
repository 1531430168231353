// A space whose audience is no network: the parts that compare, offer and copy take it as they take
// any other, and only its audience says whom it has and what its logs may hold.
#include "protocol/log/tree_range.hpp"
#include "tests/support/network/founder_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

/// A few schools that share records, and have no governance.
class Circle final : public Audience {
public:
    explicit Circle(std::set<SchoolId> schools)
        : schools_(std::move(schools)) {}
    [[nodiscard]] bool has(const SchoolId& school) const override {
        return schools_.count(school) > 0;
    }
    [[nodiscard]] const std::set<SchoolId>& ever() const override { return schools_; }
    [[nodiscard]] bool may_hold(const log::LogDescriptor& descriptor) const override {
        return descriptor.channel == log::Channel::records && has(descriptor.school);
    }

private:
    std::set<SchoolId> schools_;
};

struct Scene : tests::FounderScene {
    SchoolId self = parts->context.school;
    SchoolId other = random.make<SchoolId>();

    SpaceState& add(std::set<SchoolId> schools) {
        crypto::Secret32 seed;
        random.fill(seed.writable());
        return parts->spaces.add(
            {random.make<SpaceId>(), std::move(seed), std::make_unique<Circle>(std::move(schools))}
        );
    }
    Acceptance judge(const SpaceId& space, log::Channel channel) {
        const log::LogDescriptor descriptor{
            space,
            channel,
            self,
            parts->context.keys.signing.public_key(),
            Incarnation(Incarnation::Raw{9})};
        const log::Head head{
            log::log_id(descriptor), LogSize{1}, random.make<TreeHash>(), WallTime{1}};
        return parts->networks.judge_head(
            descriptor, log::sign_head(head, parts->context.keys.signing)
        );
    }
};

} // namespace

TEST_CASE("spaces: what a log may hold is said by the audience of its space", "[replica]") {
    Scene scene;
    const SpaceId circle = scene.add({scene.self, scene.other}).id;
    const SpaceId of_others = scene.add({scene.other}).id;

    CHECK(scene.judge(circle, log::Channel::records) == Acceptance::taken);
    CHECK(scene.judge(circle, log::Channel::governance) == Acceptance::parked);
    CHECK(scene.judge(of_others, log::Channel::records) == Acceptance::parked);
    CHECK(
        scene.judge(log::space_of(*scene.network), log::Channel::governance) == Acceptance::taken
    );
    CHECK(scene.judge(scene.random.make<SpaceId>(), log::Channel::records) == Acceptance::refused);
}

TEST_CASE(
    "spaces: a link has one line for each, and talks of those that both are in", "[replica]"
) {
    Scene scene;
    const SpaceId circle = scene.add({scene.self, scene.other}).id;
    const SpaceId of_others = scene.add({scene.random.make<SchoolId>()}).id;
    Link& link = scene.link();
    link.handshake_hash = scene.random.make<channel::HandshakeHash>();
    link.school = scene.other;
    link.identified = true;

    scene.parts->exchange.send_hello(link);

    REQUIRE(link.space(circle) != nullptr);
    REQUIRE(link.space(of_others) != nullptr);
    CHECK(link.space(circle)->token != link.space(of_others)->token);
    CHECK(link.space_by_token(link.space(circle)->token)->id == circle);
    CHECK(link.space(circle)->remote_is_member);
    CHECK_FALSE(link.space(of_others)->remote_is_member);
    std::vector<SpaceId> visited;
    for (const SpaceId& id : {circle, of_others, log::space_of(*scene.network)})
        scene.parts->links.for_members(id, [&](Link&, LinkSpace& space) {
            visited.push_back(space.id);
        });
    CHECK(visited == std::vector{circle});
    // No network has it as its space.
    CHECK(scene.parts->networks.of_space(circle) == nullptr);
}

TEST_CASE("spaces: on the line of a space stand the logs of who is or was in it", "[replica]") {
    Scene scene;
    SpaceState& circle = scene.add({scene.other});
    const auto hold = [&](const SchoolId& school) {
        const log::LogDescriptor descriptor{
            circle.id,
            log::Channel::records,
            school,
            scene.parts->context.keys.signing.public_key(),
            Incarnation(Incarnation::Raw{9})};
        log::CompactRange range;
        const std::vector<TreeHash> leaves(3, scene.random.make<TreeHash>());
        log::append_leaves<log::Blake2b256>(range, leaves, [](auto) {});
        const LogSize size{3};
        const LogId id = log::log_id(descriptor);
        const auto head = log::sign_head(
            {id, size, *log::root_of<log::Blake2b256>(range), WallTime{1}},
            scene.parts->context.keys.signing
        );
        Image image;
        image.logs.push_back({id, descriptor, head, size, range, {size, size, {}}, 0});
        scene.parts->logbook.restore(image);
        return id;
    };
    const LogId log = hold(scene.other);
    const LogId strange = hold(scene.random.make<SchoolId>()); // of one that was never in it
    const auto size_on_line = [&](const LogId& id) {
        circle.update_item(*scene.parts->logbook.find(id));
        const wire::Item* item = circle.items.find(Digest(id.raw()));
        return item == nullptr ? 0 : item->size;
    };
    const auto cut = [&](std::optional<std::uint64_t> at) {
        std::optional<Cut> wanted;
        if (at)
            wanted = Cut{CutSource::revocation, Position{*at}, scene.random.make<TreeHash>()};
        scene.parts->logbook.set_cut(log, CutSource::revocation, wanted);
    };

    CHECK(size_on_line(log) == 3);
    CHECK(circle.log_count(scene.other) == 1);
    cut(2);
    CHECK(size_on_line(log) == 2);
    cut(0);
    CHECK(size_on_line(log) == 0);
    cut(std::nullopt);
    CHECK(size_on_line(log) == 3);
    CHECK(size_on_line(strange) == 0);
}

} // namespace staffroom::replica
