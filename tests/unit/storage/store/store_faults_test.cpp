// The store on a disk that fails, forgets and rots, against the plain maps of the oracle.
#include "storage/store/salvage.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/store_oracle.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::BodyState;
using replica::StoreBatch;
using tests::LogBuilder;
using tests::StoreOracle;
using tests::TornFileSystem;

namespace {

constexpr const char* folder = "/disk/store";

StoreOptions small_buffers() {
    StoreOptions options;
    options.database.write_buffer_bytes = 64UL * 1024; // LevelDB's least: compactions happen
    options.wait_for_background = true;
    return options;
}

/// Batches with entries of every state, fills, rows and two logs.
std::vector<StoreBatch> make_workload(std::size_t count) {
    LogBuilder records({.seed = 1, .header_bytes = 900, .body_bytes = 700});
    LogBuilder governance({.seed = 2, .channel = log::Channel::governance});
    std::vector<StoreBatch> workload;
    for (std::size_t i = 0; i < count; ++i) {
        const auto late = records.make_entry(BodyState::missing);
        const Position at{records.state().stored.value};
        StoreBatch batch = tests::batch_of(
            records.append({late, records.make_entry(), records.make_entry(BodyState::erased)})
        );
        batch.appends.push_back(records.append(i % 5));
        if (i % 3 == 0)
            batch.appends.push_back(governance.append(2));
        batch.rows.push_back({replica::RowKind::own, {1}, {static_cast<std::uint8_t>(i + 1)}});
        workload.push_back(std::move(batch));
        if (i % 2 == 0) {
            StoreBatch fill;
            fill.bodies.push_back({records.id(), at, late.revision, records.make_body()});
            workload.push_back(std::move(fill));
        }
    }
    return workload;
}

/// Empty when the store holds `acknowledged`, or that and the whole next batch.
std::string
check_after_crash(const Store& store, const StoreOracle& acknowledged, const StoreBatch* next) {
    const std::string difference = acknowledged.difference(store);
    if (difference.empty() || next == nullptr)
        return difference;
    StoreOracle with_next = acknowledged;
    with_next.apply(*next);
    const std::string other = with_next.difference(store);
    return other.empty() ? "" : difference + " / " + other;
}

} // namespace

TEST_CASE("store: a power cut at any operation loses nothing acknowledged", "[storage][faults]") {
    const auto workload = make_workload(24);
    std::uint64_t operations = 0;
    {
        TornFileSystem files;
        auto store = Store::open(files, folder, small_buffers());
        for (const StoreBatch& batch : workload)
            REQUIRE((*store)->commit(batch));
        operations = files.operations();
    }
    std::size_t salvaged = 0;
    for (std::uint64_t run = 0; run <= operations * 4; ++run) {
        const std::uint64_t at = run / 4; // four ways to tear for each operation
        TornFileSystem files;
        StoreOracle acknowledged;
        files.fail_from(at, Errc::io_error);
        std::size_t done = 0;
        {
            auto store = Store::open(files, folder, small_buffers());
            while (store && done < workload.size() && (*store)->commit(workload[done]))
                acknowledged.apply(workload[done++]);
        }
        files.crash(run);

        auto opened = open_or_salvage(files, folder);

        INFO("operation " << at << ", " << done << " batches acknowledged");
        INFO((opened ? "" : opened.error().detail));
        REQUIRE(opened);
        salvaged += opened->salvaged.has_value();
        const StoreBatch* next = done < workload.size() ? &workload[done] : nullptr;
        REQUIRE(check_after_crash(*opened->store, acknowledged, next) == "");
    }
    INFO(salvaged << " of " << operations * 4 << " starts needed a salvage");
    CHECK(salvaged < operations * 2);
}

TEST_CASE("store: any one failed operation leaves nothing half applied", "[storage][faults]") {
    const auto workload = make_workload(24);
    for (const Errc code : {Errc::io_error, Errc::disk_full}) {
        bool was_reached = true;
        std::uint64_t failures = 0;
        for (std::uint64_t at = 0; was_reached; ++at) {
            TornFileSystem files;
            StoreOracle oracle;
            auto store = Store::open(files, folder, small_buffers());
            REQUIRE(store);
            const std::uint64_t begin = files.operations();
            files.fail_once(begin + at, code);
            for (const StoreBatch& batch : workload) {
                auto done = (*store)->commit(batch);
                INFO("operation " << at << ": " << (done ? "" : done.error().detail));
                if (!done) {
                    ++failures;
                    REQUIRE(oracle.difference(**store) == "");
                    done = (*store)->commit(batch);
                }
                REQUIRE(done);
                oracle.apply(batch);
            }
            REQUIRE(oracle.difference(**store) == "");
            was_reached = files.operations() > begin + at;
            files.heal();
            store->reset();
            store = Store::open(files, folder, small_buffers());
            REQUIRE(store);
            REQUIRE(oracle.difference(**store) == "");
        }
        CHECK(failures > 20);
    }
}

TEST_CASE("store: a full disk ends commits, not reads, and passes", "[storage][faults]") {
    TornFileSystem files;
    StoreOracle oracle;
    const auto workload = make_workload(4);
    auto store = Store::open(files, folder);
    REQUIRE((*store)->commit(workload[0]));
    oracle.apply(workload[0]);

    files.fail_from(files.operations(), Errc::disk_full);
    for (int i = 0; i < 3; ++i)
        CHECK((*store)->commit(workload[1]).error().code == Errc::disk_full);

    CHECK(oracle.difference(**store) == "");
    files.heal();
    REQUIRE((*store)->commit(workload[1]));
    oracle.apply(workload[1]);
    CHECK(oracle.difference(**store) == "");
}

TEST_CASE("store: one flipped bit anywhere never gives a wrong value", "[storage][faults]") {
    StoreOracle oracle;
    TornFileSystem original;
    {
        auto store = Store::open(original, folder, small_buffers());
        for (const StoreBatch& batch : make_workload(16)) {
            REQUIRE((*store)->commit(batch));
            oracle.apply(batch);
        }
    }
    std::size_t flips = 0;
    for (const std::string& path : original.files()) {
        const std::uint64_t bits = original.bytes_of(path) * 8;
        for (std::uint64_t i = 0; i < 12 && bits > 0; ++i) {
            auto files = original.clone();
            files->flip_bit(path, (bits * i / 12 + i * 37) % bits);
            ++flips;

            auto opened = open_or_salvage(*files, folder);

            INFO(path << " flip " << i << ": " << (opened ? "" : opened.error().detail));
            if (!opened) {
                // A row behind the open one may be damaged in a way that only reading shows.
                CHECK(opened.error().code == Errc::corrupt);
                continue;
            }
            CHECK(oracle.wrong_value(*opened->store) == "");
        }
    }
    CHECK(flips > 50);
}

} // namespace staffroom::storage
