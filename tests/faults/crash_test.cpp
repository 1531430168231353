#include "tests/faults/crash_images.hpp"

#include <catch2/catch.hpp>

namespace staffroom::faults {

TEST_CASE("crash: a disk as any crash leaves it opens with all that was acknowledged", "[crash]") {
    const CrashReport report = run_crash_images({.images = 2000, .seed = 1});

    for (const std::string& trouble : report.troubles)
        UNSCOPED_INFO(trouble);
    INFO(report.images << " images of " << report.operations << " operations");
    CHECK(report.lost == 0);
    CHECK(report.silent == 0);
    CHECK(report.refused == 0);
    CHECK(report.second_heads == 0);
    CHECK(report.images == 2000);
    CHECK(report.salvaged > 0);
    CHECK(report.salvaged < report.images / 2);
}

TEST_CASE("crash: a disk put back to an older day signs no second head", "[crash]") {
    const Schools schools(7);
    tests::TornFileSystem first;
    tests::TornFileSystem second;
    Scene scene(schools, first, second);
    scene.found();
    for (std::size_t i = 0; i < 5; ++i)
        REQUIRE(scene.step(i));
    const auto old = first.clone();
    for (std::size_t i = 5; i < 15; ++i)
        REQUIRE(scene.step(i));
    const auto newest = storage::read_file(first, run_mark, storage::mark_bytes_max);
    REQUIRE(newest);
    for (const bool is_same_boot : {false, true}) {
        INFO((is_same_boot ? "same boot" : "another boot"));
        const auto disk = old->clone();
        REQUIRE(storage::replace_file(*disk, run_mark, *newest));
        Node node(schools.first, "first:1");
        node.keeps_ledger = false;
        node.ledger.heads = scene.node(tested).ledger.heads;
        Town town({&node});

        REQUIRE(town.start(0, {*disk, is_same_boot ? scene.boot_id() : "another", 99}));
        const NetworkId network = node.replica().networks().front().network;
        // One by one, so that every size is signed that was signed before.
        for (int i = 0; i < 8; ++i) {
            replica::PublishRecords command;
            command.drafts.push_back(make_draft(network, node.random(), 200, nullptr));
            REQUIRE(town.command(0, std::move(command)));
        }

        CHECK(node.ledger.second_heads == 0);
    }
}

} // namespace staffroom::faults
