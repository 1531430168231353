// Records cross a link: from the school that wrote one to every node of the other network, which
// checks it by itself; and what may not cross stays. [A10] [A11] [A12] [A13]
#include "tests/simulation/people/linked_networks.hpp"

#include <catch2/catch.hpp>

namespace staffroom::simulation {

using agreement::CarriedView;
using agreement::Refusal;

TEST_CASE("crossing: a finding is at every node of the other network, as it was written", "[sim]") {
    LinkedNetworks scene(1);
    const RevisionId finding = scene.publish_linked(scene.a2, "what we found");

    REQUIRE(scene.arrive({finding}, std::chrono::seconds(60)));

    for (const std::size_t who : scene.schools_of_rivers()) {
        CAPTURE(scene.world.school(who).name);
        const Shown here = scene.shown(who);
        CHECK(here.views.size() == 1);
        CHECK(here.refused.empty());
        const CarriedView& view = here.views.at(finding);
        CHECK(view.header.school == scene.world.school(scene.a2).id);
        CHECK(view.link == scene.link);
        REQUIRE(view.trail.size() == 1);
        CHECK(view.trail[0].network == scene.forest);
        CHECK(view.trail[0].name == "Forest");
        const auto body = records::decode_body(
            view.header.codec, view.header.plain_length, *view.body.encoded
        );
        REQUIRE(body);
        CHECK(body->text == "what we found");
    }
    // The author's network goes on knowing it as its own, and nothing of the others.
    CHECK(scene.shown(scene.a2).entries == 0);
    CHECK(scene.crossing(scene.a2).ours == 1);
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.a2).ours_passed == 1; }, std::chrono::seconds(30)
    ));
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.b3).theirs == 1; }, std::chrono::seconds(30)
    ));
}

TEST_CASE("crossing: both ways, and again when there is more", "[sim]") {
    LinkedNetworks scene(2);
    std::vector<RevisionId> findings;
    for (int i = 0; i < 3; ++i) {
        findings.push_back(scene.publish_linked(scene.a2, "finding " + std::to_string(i)));
        REQUIRE(scene.arrive(findings, std::chrono::seconds(60)));
    }
    const RevisionId note = scene.publish_linked(scene.b3, "a note", 3);
    REQUIRE(scene.world.run_until(
        [&] { return scene.shows(scene.a2, note); }, std::chrono::seconds(60)
    ));
    CHECK(scene.shown(scene.a).refused.empty());
}

TEST_CASE("crossing: what was not agreed, or is for others, stays", "[sim]") {
    LinkedNetworks scene(3);
    const RevisionId finding = scene.publish_linked(scene.a2, "crosses");
    scene.publish(scene.a2, "within the network");
    scene.publish_linked(scene.a2, "a write-up", 1);
    scene.publish(
        scene.a2, "for another link", 2, {scene.world.school(scene.a).random->make<SharingId>()}
    );
    REQUIRE(scene.arrive({finding}, std::chrono::seconds(60)));
    scene.world.run_for(std::chrono::seconds(60));

    for (const std::size_t who : scene.schools_of_rivers())
        CHECK(scene.shown(who).entries == 1);
    const replica::LinkCrossing here = scene.crossing(scene.a);
    CHECK(here.ours == 2);
    CHECK(here.ours_passed == 1);
    CHECK(here.ours_refused.at(Refusal::kind_not_agreed) == 1);
}

TEST_CASE("crossing: with two gateways a side it is there once", "[sim]") {
    LinkedNetworks scene(4);
    std::vector<RevisionId> findings;
    for (int i = 0; i < 40; ++i)
        findings.push_back(scene.publish_linked(scene.a2, "finding " + std::to_string(i)));
    REQUIRE(scene.arrive(findings, std::chrono::seconds(120)));
    scene.world.run_for(std::chrono::seconds(60));

    const Shown here = scene.shown(scene.b3);
    CHECK(here.views.size() == findings.size());
    CHECK(here.entries < 2 * findings.size());
    CHECK(scene.crossing(scene.b3).theirs == findings.size());
}

TEST_CASE("crossing: one gateway's restart and cut lines hold nothing up for ever", "[sim]") {
    for (std::size_t bytes = 0; bytes < 12000; bytes += 1500) {
        CAPTURE(bytes);
        LinkedNetworks scene(5);
        scene.world.stop(scene.b1, false);
        scene.part_networks();
        std::vector<RevisionId> findings;
        for (int i = 0; i < 20; ++i)
            findings.push_back(
                scene.publish_linked(scene.a2, "finding " + std::to_string(i) + std::string(200, 'x'))
            );
        scene.world.run_for(std::chrono::seconds(20));
        scene.world.cut_after(scene.b, bytes);
        scene.mend_networks();
        scene.world.run_for(std::chrono::seconds(10));
        scene.world.stop(scene.b, true);
        scene.world.start(scene.b, false);
        scene.world.start(scene.b1, true);
        REQUIRE(scene.arrive(findings, std::chrono::seconds(900)));
        CHECK(scene.shown(scene.b3).refused.empty());
    }
}

} // namespace staffroom::simulation
