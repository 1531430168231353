// A gateway whose disk is slow or refuses: what it has written and not read again is not asked for
// once more, what changes meanwhile counts, and each try does not leave another log behind. [A10]
// [A13]
#include "tests/simulation/people/words.hpp"
#include "tests/simulation/scenes/linking/renewing.hpp"

#include <algorithm>

namespace staffroom::simulation {
namespace {

constexpr std::chrono::microseconds fast_disk{500};

std::vector<RevisionId> publish_many(LinkedNetworks& scene, int count) {
    std::vector<RevisionId> findings;
    for (int i = 0; i < count; ++i)
        findings.push_back(scene.publish_linked(scene.a2, "finding " + std::to_string(i)));
    return findings;
}

/// The logs that this school has begun in its network.
std::size_t own_logs(LinkedNetworks& scene, std::size_t who, log::Channel channel) {
    const School& school = scene.world.school(who);
    const auto all = school.replica->logs(log::space_of(scene.network_of(who)));
    return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& each) {
        return each.descriptor.school == school.id && each.descriptor.channel == channel;
    }));
}

void refuse_all(LinkedNetworks& scene, std::size_t who) {
    tests::TornFileSystem& disk = *scene.world.school(who).disk;
    disk.fail_from(disk.operations(), Errc::disk_full);
}

} // namespace

// Two gateways of the other network tell of the same records. While those of one answer are written
// here and not read yet, the other one is not asked for them.
TEST_CASE("slow gateway: what it has written and not read is asked for once", "[sim]") {
    LinkedNetworks scene(41);
    scene.world.stop(scene.b1, false);
    scene.world.stop(scene.b, false);
    const auto findings = publish_many(scene, 300);
    scene.world.run_for(std::chrono::seconds(60));
    scene.world.start(scene.b, true);
    // Longer than a gateway waits for its turn.
    scene.world.school(scene.b).disk_delay = std::chrono::seconds(8);
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.b).theirs == findings.size(); }, std::chrono::seconds(600)
    ));
    scene.world.run_for(std::chrono::seconds(30));

    const ShownThere here = scene.shown(scene.b);
    CHECK(here.views.size() == findings.size());
    CHECK(here.entries == findings.size());
}

// The attack on oneself: a gateway keeps in mind what it has found of a record, for that is on its
// way to the disk; and when it stands there the networks have agreed that such records do not
// cross.
TEST_CASE("slow gateway: what was judged by terms before counts by those in force", "[sim]") {
    LinkedNetworks scene(42, false);
    scene.world.school(scene.b).disk_delay = std::chrono::seconds(60);
    const auto findings = publish_many(scene, 5);
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.a).ours_passed == findings.size(); }, patience
    ));
    scene.world.run_for(std::chrono::seconds(10));
    scene.world.school(scene.b).disk_delay = fast_disk;
    const AgreementId terms = renew_by(scene, scene.a, scene.b, {3});
    REQUIRE(all_have(scene, terms));
    REQUIRE(scene.crossing(scene.b).theirs == 0);
    scene.world.run_for(std::chrono::seconds(90));

    const ShownThere here = scene.shown(scene.b);
    REQUIRE(here.entries == findings.size());
    CHECK(here.views.empty());
    const replica::LinkCrossing crossing = scene.crossing(scene.b);
    CHECK(crossing.theirs == 0);
    CHECK(crossing.theirs_refused.at(agreement::Refusal::terms_replaced) == findings.size());
}

TEST_CASE("slow gateway: a disk that is full for long leaves few logs behind", "[sim]") {
    LinkedNetworks scene(43, false);
    scene.world.stop(scene.b, false);
    const auto findings = publish_many(scene, 40);
    scene.world.run_for(std::chrono::seconds(60));
    scene.world.start(scene.b, true);
    refuse_all(scene, scene.b);
    scene.world.run_for(std::chrono::minutes(20));
    CHECK(scene.crossing(scene.b).theirs == 0);
    CHECK(own_logs(scene, scene.b, log::Channel::records) >= 2); // it has tried again
    CHECK(own_logs(scene, scene.b, log::Channel::records) <= 12);

    scene.world.school(scene.b).disk->heal();
    REQUIRE(scene.world.run_until(
        [&] { return scene.crossing(scene.b).theirs == findings.size(); }, std::chrono::minutes(15)
    ));
    CHECK(scene.shown(scene.b).entries == findings.size());
}

TEST_CASE("slow gateway: an order that a full disk refuses leaves few logs behind", "[sim]") {
    LinkedNetworks scene(44, false);
    const Words words = publish_words(scene, scene.a2, 10);
    REQUIRE(scene.arrive({words.revision}, patience));
    refuse_all(scene, scene.b);
    call_back(scene, scene.a2, scene.a2, words);
    scene.world.run_for(std::chrono::minutes(20));
    CHECK(own_logs(scene, scene.b, log::Channel::governance) <= 15);

    scene.world.school(scene.b).disk->heal();
    CHECK(scene.world.run_until(
        [&] { return is_nowhere(scene, scene.schools_of_rivers(), words); },
        std::chrono::minutes(15)
    ));
}

TEST_CASE("slow gateway: a receipt that a full disk refuses leaves few logs behind", "[sim]") {
    LinkedNetworks scene(45, false);
    const Words words = publish_words(scene, scene.a2, 10);
    REQUIRE(scene.arrive({words.revision}, patience));
    scene.part_networks();
    call_back(scene, scene.a2, scene.a2, words);
    scene.world.run_for(std::chrono::seconds(20));
    refuse_all(scene, scene.a);
    scene.mend_networks();
    scene.world.run_for(std::chrono::minutes(20));
    CHECK(own_logs(scene, scene.a, log::Channel::governance) <= 15);
    scene.world.school(scene.a).disk->heal();
}

} // namespace staffroom::simulation
