// What comes by two ways, is told by two, or is carried twice: it is there once and goes on once,
// whichever was first, and goes everywhere when it is called back. [A15] [A16]
#include "protocol/agreement/erasing/far_receipt.hpp"
#include "protocol/replica/agreements/link_book.hpp"
#include "tests/simulation/people/passing_networks.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::simulation {
namespace {

constexpr std::chrono::seconds patience{400};

/// A fourth network of one school, for rings.
struct Ring : PassingNetworks {
    explicit Ring(std::uint64_t seed)
        : PassingNetworks(seed) {
        say_address(world, m);
        world.run_for(std::chrono::seconds(3));
    }
    [[nodiscard]] bool meadow_shows(const RevisionId& revision) {
        return shown_at(world, m, meadow).views.count(revision) > 0;
    }
    void set_apart(const std::vector<std::size_t>& some, const std::vector<std::size_t>& others) {
        for (const std::size_t one : some)
            for (const std::size_t other : others)
                world.part(one, other);
    }
    void join_again(const std::vector<std::size_t>& some, const std::vector<std::size_t>& others) {
        for (const std::size_t one : some)
            for (const std::size_t other : others)
                world.mend(one, other);
    }
    /// A finding of Northside for both of these links, and one network further.
    RevisionId publish_by(const SharingId& one, const SharingId& other) {
        replica::RecordDraft draft = make_draft(log::space_of(north), words_of(8));
        draft.kind = 2;
        draft.reach = 5;
        draft.links = {one, other};
        draft.pass_on = 1;
        replica::PublishRecords command;
        command.drafts.push_back(std::move(draft));
        const auto reply = world.command(n2, std::move(command));
        ensure(reply.has_value());
        return std::get<replica::RecordsPublished>(*reply).revisions.front();
    }
    [[nodiscard]] std::size_t lines(std::size_t who, const SharingId& link) {
        const auto gateways = crossing(who, link).gateways;
        return static_cast<std::size_t>(std::ranges::count(gateways, true, [](const auto& each) {
            return each.is_connected;
        }));
    }

    std::size_t m = world.add_school("m");
    NetworkId meadow = create_network(world, m);
    std::vector<std::size_t> schools_of_north{n, n1, n2};
};

} // namespace

TEST_CASE("two ways: two that speak for one network end no line", "[sim][passing]") {
    Ring scene(71);
    const agreement::Terms gives{{1, 2}, true, {}, true};
    const SharingId link =
        agree(scene.world, {scene.r, scene.rivers, gives}, {scene.m, scene.meadow, {{2}}});
    const Words gone = words_at(scene.world, scene.n2, scene.publish(scene.n2, words_of(1)));
    REQUIRE(scene.arrive(gone.revision, scene.schools_of_forest()));
    REQUIRE(scene.world.run_until([&] { return scene.meadow_shows(gone.revision); }, patience));
    call_back(scene.world, scene.n2, scene.north, scene.n2, gone);
    const auto has_heard = [&] {
        return scene.heard_of(scene.forest) == HeardAbroad{3, 3, "Rivers City"};
    };
    REQUIRE(scene.world.run_until(has_heard, patience));
    const std::size_t lines = scene.lines(scene.r, scene.north_rivers);
    REQUIRE(lines > 0);
    // Meadow's gateway has heard less of Forest Edge than that says itself; and it says of itself
    // as of a network beyond.
    scene.world.stop(scene.m, true);
    const RevisionId order = scene.world.school(scene.n2).replica->erasures().front().placed.id;
    const auto said = [&](std::uint32_t schools, std::uint32_t erased, const NetworkId& beyond) {
        const crypto::SigningKey key(scene.world.school(scene.m).signing_seed);
        const agreement::FarReceipt::Beyond of{beyond, "Beyond"};
        return agreement::encode_statement(agreement::sign_far_receipt(
            {order, schools, erased, WallTime{1}, of},
            {scene.meadow, *scene.world.school(scene.m).id, key}
        ));
    };
    const auto ground = scene.world.school(scene.r).replica->ground(scene.rivers);
    const auto standing = std::ranges::find(ground->standings, link, &agreement::Standing::link);
    const bool for_one = standing->agreement.one.network == scene.meadow;
    Caller& caller = add_caller(scene.world, "meadow", 5);
    std::optional<LinkId> line;
    caller.on_open = [&](LinkId opened) {
        line = opened;
        caller.say(opened, wire::FarHello{scene.world.school(scene.m).chain, for_one});
    };
    caller.call_with(
        scene.r, replica::far_meeting_key(link), scene.world.school(scene.m).transport_secret
    );
    scene.world.run_for(std::chrono::seconds(5));
    REQUIRE(line);
    caller.say(*line, wire::FarReceipts{{said(5, 1, scene.forest)}});

    // A line that ends is dialled again at once.
    std::size_t broken = 0;
    for (int moment = 0; moment < 1000; ++moment) {
        scene.world.run_for(std::chrono::milliseconds(20));
        broken += scene.lines(scene.r, scene.north_rivers) < lines ? 1U : 0U;
    }
    CHECK(broken == 0);
    scene.world.run_for(std::chrono::seconds(40));
    CHECK(has_heard());
    CHECK(caller.open_count() == 1);
    caller.say(*line, wire::FarReceipts{{said(5, 1, scene.meadow)}});
    scene.world.run_for(std::chrono::seconds(5));
    CHECK(caller.open_count() == 0);
}

TEST_CASE("two ways: an order comes by the one that brought nothing", "[sim][passing]") {
    Ring scene(72);
    const SharingId direct =
        agree(scene.world, {scene.n, scene.north, {{2}}}, {scene.f, scene.forest, {{2}}});
    scene.set_apart(scene.schools_of_rivers(), scene.schools_of_forest());
    const Words gone =
        words_at(scene.world, scene.n2, scene.publish_by(scene.north_rivers, direct));
    REQUIRE(scene.arrive(gone.revision, scene.schools_of_rivers()));
    REQUIRE(scene.arrive(gone.revision, scene.schools_of_forest()));
    scene.join_again(scene.schools_of_rivers(), scene.schools_of_forest());
    scene.world.run_for(std::chrono::seconds(60));
    for (const std::size_t who : scene.schools_of_forest())
        REQUIRE(scene.crossing(who, scene.rivers_forest).theirs == 0);
    scene.set_apart(scene.schools_of_north, scene.schools_of_forest());

    call_back(scene.world, scene.n2, scene.north, scene.n2, gone);

    CHECK(scene.has_gone(scene.schools_of_forest(), gone));
    for (const std::size_t who : scene.schools_of_forest())
        CHECK(scene.crossing(who, scene.rivers_forest).theirs_refused.empty());
    CHECK(scene.world.run_until(
        [&] {
            return scene.heard_of(scene.forest, "Rivers City") == HeardAbroad{3, 3, "Rivers City"};
        },
        patience
    ));
}

TEST_CASE(
    "two ways: what may go on by one of them is told of, whichever is first", "[sim][passing]"
) {
    const bool is_direct_first = GENERATE(true, false);
    CAPTURE(is_direct_first);
    Ring scene(73);
    const SharingId north_meadow =
        agree(scene.world, {scene.n, scene.north, {{2}, true}}, {scene.m, scene.meadow, {{2}}});
    const agreement::Terms gives{{2}, true, {}, true};
    static_cast<void>(
        agree(scene.world, {scene.m, scene.meadow, gives}, {scene.r, scene.rivers, {{2}}})
    );
    scene.world.run_for(std::chrono::seconds(5));
    const std::size_t direct = is_direct_first ? scene.r : scene.r1;
    const std::size_t other = is_direct_first ? scene.r1 : scene.r;
    scene.set_apart({direct}, {other, scene.r2, scene.m});
    scene.set_apart(scene.schools_of_north, {other});
    const Words gone =
        words_at(scene.world, scene.n2, scene.publish_by(scene.north_rivers, north_meadow));
    REQUIRE(scene.arrive(gone.revision, {scene.r, scene.r1}));
    scene.join_again({direct}, {other, scene.r2});
    REQUIRE(scene.world.run_until(
        [&] { return scene.shown(scene.r).entries == 2 && scene.shown(scene.r1).entries == 2; },
        patience
    ));
    REQUIRE(scene.arrive(gone.revision, scene.schools_of_forest()));
    for (const std::size_t who : {scene.r, scene.r1}) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
    }
    scene.world.run_for(std::chrono::seconds(20));

    call_back(scene.world, scene.n2, scene.north, scene.n2, gone);

    CHECK(scene.has_gone(scene.schools_of_forest(), gone));
}

TEST_CASE("two ways: who carries it again and calls that back stops nothing", "[sim][passing]") {
    Ring scene(74);
    scene.set_apart(scene.schools_of_rivers(), scene.schools_of_forest());
    const RevisionId finding = scene.publish(scene.n2, words_of(2));
    REQUIRE(scene.arrive(finding, scene.schools_of_rivers()));
    // A member writes the same again, by the honest proof; so it does with the proof.
    const RevisionId honest = scene.shown(scene.r).carried_by.at(finding).front().second;
    const Words carried = words_at(scene.world, scene.r2, honest);
    replica::RecordDraft draft = make_draft(log::space_of(scene.rivers), "");
    draft.kind = log::kind_carried_record;
    draft.codec = 0;
    draft.plain_length = static_cast<std::uint32_t>(carried.encoded.size());
    draft.encoded = std::make_shared<const Bytes>(carried.encoded);
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto reply = scene.world.command(scene.r2, std::move(command));
    REQUIRE(reply);
    const RevisionId again = std::get<replica::RecordsPublished>(*reply).revisions.front();
    const auto entries_are = [&](std::size_t count) {
        return scene.world.run_until(
            [&] {
                return std::ranges::all_of(scene.schools_of_rivers(), [&](std::size_t who) {
                    return scene.shown(who).entries == count;
                });
            },
            patience
        );
    };
    REQUIRE(entries_are(2));
    call_back(scene.world, scene.r2, scene.rivers, scene.r2, {again, carried.encoded});
    REQUIRE(entries_are(1));

    scene.join_again(scene.schools_of_rivers(), scene.schools_of_forest());

    CHECK(scene.arrive(finding, scene.schools_of_forest()));
}

} // namespace staffroom::simulation
