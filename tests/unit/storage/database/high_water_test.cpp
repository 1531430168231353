#include "storage/database/high_water.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using tests::TornFileSystem;

namespace {

MarkedLog marked(std::uint8_t byte, std::uint64_t size) {
    LogId::Raw id{};
    id.fill(byte);
    TreeHash::Raw root{};
    root.fill(static_cast<std::uint8_t>(size));
    return {LogId(id), LogSize{size}, TreeHash(root)};
}

} // namespace

TEST_CASE("mark: both copies read back", "[storage]") {
    TornFileSystem files;
    REQUIRE(files.create_directory("/disk/run"));
    HighWater mark(files, "/disk", "/disk/run", "boot-1");
    CHECK(mark.read_disk().error().code == Errc::not_found);
    CHECK(mark.read_run().error().code == Errc::not_found);
    const std::vector<MarkedLog> logs{marked(1, 10), marked(2, 20)};

    REQUIRE(mark.write(logs));

    CHECK(*mark.read_disk() == logs);
    CHECK(*mark.read_run() == logs);
    REQUIRE(mark.write({}));
    CHECK(mark.read_disk()->empty());
}

TEST_CASE("mark: another boot has no mark of its own, but reads the disk's", "[storage]") {
    TornFileSystem files;
    REQUIRE(files.create_directory("/disk/run"));
    const std::vector<MarkedLog> logs{marked(1, 10)};
    REQUIRE(HighWater(files, "/disk", "/disk/run", "boot-1").write(logs));

    const HighWater later(files, "/disk", "/disk/run", "boot-2");

    CHECK(later.read_run().error().code == Errc::not_found);
    CHECK(*later.read_disk() == logs);
    const HighWater without(files, "/disk", std::nullopt, "boot-1");
    CHECK(without.read_run().error().code == Errc::not_found);
}

TEST_CASE("mark: no damaged or shortened mark is believed", "[storage]") {
    TornFileSystem files;
    HighWater mark(files, "/disk", std::nullopt, "boot");
    const std::vector<MarkedLog> logs{marked(1, 10)};
    REQUIRE(mark.write(logs));
    const std::uint64_t bytes = files.bytes_of("/disk/mark");

    for (std::uint64_t bit = 0; bit < bytes * 8; ++bit) {
        files.flip_bit("/disk/mark", bit);
        CHECK(mark.read_disk().error().code == Errc::corrupt);
        files.flip_bit("/disk/mark", bit);
    }
    CHECK(*mark.read_disk() == logs);
    for (std::uint64_t size = bytes; size-- > 0;) {
        REQUIRE((*files.open("/disk/mark", OpenMode::update))->truncate(size));
        CHECK(mark.read_disk().error().code == Errc::corrupt);
    }
}

TEST_CASE("mark: it is the newest one through every failure and every length", "[storage]") {
    TornFileSystem files;
    REQUIRE(files.create_directory("/disk/run"));
    HighWater mark(files, "/disk", "/disk/run", "boot");
    std::vector<MarkedLog> logs;
    for (std::uint64_t round = 0; round < 60; ++round) {
        if (round % 7 == 0)
            logs.push_back(marked(static_cast<std::uint8_t>(round), 1));
        logs.back().size.value = round;
        const bool is_failing = round % 5 == 4;
        if (is_failing) {
            files.fail_once(files.operations() + round % 2, Errc::io_error);
            const bool is_written = mark.write(logs).has_value();
            files.heal();
            // What is not all written is believed by nobody, or is what was to be written.
            const auto found = mark.read_run();
            CHECK((!found || *found == logs || found->back().size.value == round - 1));
            if (is_written)
                CHECK(*found == logs);
            continue;
        }
        REQUIRE(mark.write(logs));
        CHECK(*mark.read_disk() == logs);
        CHECK(*mark.read_run() == logs);
    }
    // Who writes into a mark that somebody else replaced meanwhile finds its own.
    REQUIRE(HighWater(files, "/disk", "/disk/run", "boot").write({}));
    CHECK(mark.read_run()->empty());
}

TEST_CASE("mark: after a crash it is the old one, the new one or none", "[storage]") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        TornFileSystem files;
        HighWater mark(files, "/disk", std::nullopt, "boot");
        const std::vector<MarkedLog> first{marked(1, 10)};
        const std::vector<MarkedLog> second{marked(1, 11)};
        REQUIRE(mark.write(first));
        REQUIRE(mark.write(second));

        files.crash(seed);

        auto found = mark.read_disk();
        CHECK((!found || *found == first || *found == second));
    }
}

} // namespace staffroom::storage
