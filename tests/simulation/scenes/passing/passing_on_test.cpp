// What one network gave another one passes on: one network further, only where author and both
// agreements let it, proven to every node there, and nowhere else. [A15]
#include "tests/simulation/people/passing_networks.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {

using agreement::CarriedView;
using agreement::Refusal;
using Meant = PassingNetworks::Meant;

namespace {

/// Until there has been time for all that would have come.
void settle(PassingNetworks& scene) {
    scene.world.run_for(std::chrono::seconds(60));
}

} // namespace

TEST_CASE("passing on: every node of the third network shows both networks", "[sim][passing]") {
    PassingNetworks scene(31);
    const RevisionId finding = scene.publish(scene.n2, words_of(1));

    REQUIRE(scene.arrive(finding, scene.schools_of_forest()));

    for (const std::size_t who : scene.schools_of_forest()) {
        CAPTURE(scene.world.school(who).name);
        const ShownThere here = scene.shown(who);
        CHECK(here.refused.empty());
        const CarriedView& view = here.views.at(finding);
        CHECK(view.header.school == scene.world.school(scene.n2).id);
        CHECK(view.link == scene.rivers_forest);
        REQUIRE(view.trail.size() == 2);
        CHECK(view.trail[0].network == scene.north);
        CHECK(view.trail[0].name == "Northside");
        CHECK(view.trail[1].network == scene.rivers);
        CHECK(view.trail[1].name == "Rivers City");
        const auto body =
            records::decode_body(view.header.codec, view.header.plain_length, *view.body.encoded);
        REQUIRE(body);
        CHECK(body->text == words_of(1));
    }
    for (const std::size_t who : scene.schools_of_rivers())
        CHECK(scene.shown(who).views.at(finding).trail.size() == 1);
}

TEST_CASE("passing on: nothing that one of the three does not let pass", "[sim][passing]") {
    PassingTerms terms;
    std::uint64_t seed = 40;
    Meant meant;
    bool comes_to_rivers = true;
    SECTION("the author") {
        meant.pass_on = 0;
    }
    SECTION("the first agreement") {
        terms.north.pass_on = false;
    }
    SECTION("the first agreement, to this network") {
        terms.north.onward = {NetworkId(NetworkId::Raw{7})};
    }
    SECTION("the first agreement, this kind at all") {
        meant.kind = 1;
        comes_to_rivers = false;
    }
    SECTION("the second agreement, this kind") {
        meant.kind = 3;
    }
    SECTION("the second agreement") {
        terms.rivers.passed_on = false;
    }
    SECTION("the author, who keeps it in its network") {
        meant.is_linked = false;
        comes_to_rivers = false;
    }
    PassingNetworks scene(seed, terms);
    const RevisionId stays = scene.publish(scene.n2, words_of(2), meant);
    if (comes_to_rivers)
        REQUIRE(scene.arrive(stays, scene.schools_of_rivers()));
    settle(scene);

    for (const std::size_t who : scene.schools_of_forest()) {
        CHECK(scene.shown(who).entries == 0);
        CHECK(scene.shown(who).refused.empty());
    }
    CHECK(scene.is_nowhere(scene.schools_of_forest(), stays, scene.n2));
    CHECK(scene.is_nowhere(scene.schools_of_rivers(), stays, scene.n2) != comes_to_rivers);
}

TEST_CASE("passing on: only what came from there, and one network further", "[sim][passing]") {
    PassingNetworks scene(32);
    const RevisionId passed = scene.publish(scene.n2, words_of(3));
    const RevisionId rivers = scene.publish(scene.r2, words_of(4));
    const RevisionId forest = scene.publish(scene.f2, words_of(5), {4});
    REQUIRE(scene.arrive(passed, scene.schools_of_forest()));
    REQUIRE(scene.arrive(rivers, scene.schools_of_forest()));
    REQUIRE(scene.arrive(forest, scene.schools_of_rivers()));
    settle(scene);

    const std::vector<std::size_t> north{scene.n, scene.n1, scene.n2};
    CHECK(scene.is_nowhere(north, rivers, scene.r2));
    CHECK(scene.is_nowhere(north, forest, scene.f2));
    for (const std::size_t who : north)
        CHECK(scene.shown(who).entries == 0);
}

TEST_CASE("passing on: revisions go on, with a restart of every gateway", "[sim][passing]") {
    PassingNetworks scene(33);
    const RevisionId first = scene.publish(scene.n2, words_of(6));
    REQUIRE(scene.arrive(first, scene.schools_of_forest()));
    for (const std::size_t who : {scene.r, scene.r1, scene.f, scene.f1}) {
        scene.world.stop(who, true);
        scene.world.start(who, false);
    }
    const RevisionId second = scene.publish(scene.n2, words_of(7), {1, 2, first});

    REQUIRE(scene.arrive(second, scene.schools_of_forest()));

    for (const std::size_t who : scene.schools_of_forest()) {
        CHECK(scene.shown(who).views.at(second).header.document == first);
        CHECK(scene.shown(who).views.size() == 2);
    }
}

TEST_CASE("passing on: many records, two gateways a side, each there once", "[sim][passing]") {
    PassingNetworks scene(34);
    std::vector<RevisionId> all;
    for (std::uint64_t i = 0; i < 80; ++i)
        all.push_back(scene.publish(scene.n + i % 3, words_of(100 + i), {i % 4 == 0 ? 0U : 1U}));
    for (const std::size_t who : scene.schools_of_forest())
        REQUIRE(scene.world.run_until(
            [&] { return scene.shown(who).views.size() >= 60; }, std::chrono::seconds(600)
        ));
    settle(scene);

    for (const std::size_t who : scene.schools_of_forest()) {
        const ShownThere here = scene.shown(who);
        CHECK(here.views.size() == 60);
        CHECK(here.entries == 60);
        CHECK(here.refused.empty());
    }
}

TEST_CASE("passing on: by two routes, or written there too, it is there once", "[sim][passing]") {
    PassingNetworks scene(35);
    const SharingId direct =
        agree(scene.world, {scene.n, scene.north, {{2}}}, {scene.f, scene.forest, {{2}}});
    replica::RecordDraft draft = make_draft(log::space_of(scene.north), words_of(8));
    draft.kind = 2;
    draft.reach = 5;
    draft.links = {scene.north_rivers, direct};
    draft.pass_on = 1;
    replica::PublishRecords command;
    command.drafts.push_back(std::move(draft));
    const auto reply = scene.world.command(scene.n2, std::move(command));
    REQUIRE(reply);
    const RevisionId finding = std::get<replica::RecordsPublished>(*reply).revisions.front();

    REQUIRE(scene.arrive(finding, scene.schools_of_rivers()));
    REQUIRE(scene.arrive(finding, scene.schools_of_forest()));
    settle(scene);

    for (const std::size_t who : scene.schools_of_forest()) {
        CHECK(scene.shown(who).views.size() == 1);
        CHECK(scene.shown(who).refused.empty());
        CHECK(
            scene.crossing(who, direct).theirs + scene.crossing(who, scene.rivers_forest).theirs ==
            1
        );
    }
    // Nothing comes home by the other way.
    for (const std::size_t who : {scene.n, scene.n1, scene.n2})
        CHECK(scene.shown(who).entries == 0);
}

TEST_CASE("passing on: after the end of either link nothing more goes on", "[sim][passing]") {
    for (const bool is_first : {true, false}) {
        CAPTURE(is_first);
        PassingNetworks scene(36);
        const RevisionId before = scene.publish(scene.n2, words_of(9));
        REQUIRE(scene.arrive(before, scene.schools_of_forest()));
        scene.world.run_for(std::chrono::seconds(2));
        const std::size_t who = is_first ? scene.n : scene.r;
        REQUIRE(scene.world.command(
            who,
            replica::EndLink{
                scene.network_of(who),
                is_first ? scene.north_rivers : scene.rivers_forest,
                network::Reason::own_wish}
        ));
        const RevisionId after = scene.publish(scene.n2, words_of(10));
        settle(scene);

        for (const std::size_t each : scene.schools_of_forest()) {
            CHECK(scene.shows(each, before));
            CHECK(scene.shown(each).refused.empty());
        }
        CHECK(scene.is_nowhere(scene.schools_of_forest(), after, scene.n2));
    }
}

} // namespace staffroom::simulation
