#include "storage/store/scrub.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

namespace {

const std::string segment = "/disk/store/segments/segment-00000000";

/// A store and the attached files beside it.
struct Shelf {
    std::unique_ptr<Store> store;
    std::unique_ptr<AttachmentStore> files;

    explicit Shelf(FileSystem& disk) {
        auto opened = Store::open(disk, "/disk/store");
        auto attached = AttachmentStore::open(disk, "/disk/files");
        REQUIRE(opened);
        REQUIRE(attached);
        store = std::move(*opened);
        files = std::move(*attached);
    }
    [[nodiscard]] Scrub round() const { return {*store, *files}; }
};

} // namespace

TEST_CASE("care: what cannot be recorded is said and fetched again all the same", "[storage]") {
    tests::TornFileSystem files;
    tests::LogBuilder log({.seed = 1});
    const Shelf shelf(files);
    REQUIRE(shelf.store->commit(tests::batch_of(log.append(300))));
    files.flip_bit(segment, 0);
    files.fail_from(files.operations(), Errc::disk_full);
    Scrub round = shelf.round();
    std::size_t steps = 1;

    while (!round.step(100'000))
        ++steps;

    CHECK(steps > 3);
    REQUIRE(round.report().trouble.has_value());
    CHECK(round.report().trouble->code == Errc::disk_full);
    REQUIRE(round.report().fetch_again.size() == 1);
    CHECK(round.report().fetch_again[0].position == Position{0});
    CHECK_FALSE(round.report().needs_salvage);
}

TEST_CASE("care: a body that can be read again is on the list of what to look at", "[storage]") {
    tests::TornFileSystem files;
    tests::LogBuilder log({.seed = 1});
    const Shelf shelf(files);
    REQUIRE(shelf.store->commit(tests::batch_of(log.append(20))));
    const auto whole_round = [&] {
        Scrub round = shelf.round();
        while (!round.step(1U << 30U)) {
        }
        return round.report();
    };
    files.flip_bit(segment, 0);
    REQUIRE(whole_round().damaged == 1);
    files.flip_bit(segment, 0);

    const ScrubReport report = whole_round();

    CHECK(report.damaged == 0);
    REQUIRE(report.fetch_again.size() == 1);
    CHECK(report.fetch_again[0].log == log.id());
    CHECK(report.fetch_again[0].position == Position{0});
    CHECK(whole_round().fetch_again.empty());
}

} // namespace staffroom::storage
