#include "storage/files/disk_budget.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace storage = staffroom::storage;
using staffroom::Errc;
using storage::DiskUse;

namespace {

constexpr std::uint64_t mib = 1U << 20U;
constexpr std::array uses{DiskUse::log, DiskUse::text, DiskUse::index, DiskUse::files};

} // namespace

TEST_CASE("disk budget: what matters more is kept room by what matters less", "[storage]") {
    for (const std::uint64_t total : {8 * mib, 30 * mib, 1024 * mib, 1024 * 1024 * mib}) {
        CAPTURE(total);
        std::uint64_t below = 0;
        for (const DiskUse use : uses) {
            CHECK(storage::kept_for(use, total) > below);
            below = storage::kept_for(use, total);
        }
        CHECK(below < total);      // an empty disk takes files
        CHECK(below <= 216 * mib); // a large one is not wasted
    }
    CHECK(storage::kept_for(DiskUse::log, 1024 * mib) == 8 * mib);
}

TEST_CASE("disk budget: room goes to files last, and is refused to the byte", "[storage]") {
    struct Case {
        std::uint64_t free_mib;
        std::optional<DiskUse> first_refused;
    };
    // Of 1 GiB: 8 MiB for the log, 24 with the text, 88 with the index, 216 with the files.
    for (const Case& each : std::initializer_list<Case>{
             {1024, std::nullopt},
             {217, std::nullopt},
             {215, DiskUse::files},
             {87, DiskUse::index},
             {23, DiskUse::text},
             {7, DiskUse::log},
             {0, DiskUse::log}}) {
        CAPTURE(each.free_mib);
        const storage::DiskBudget budget([&] {
            return std::optional(storage::DiskRoom{each.free_mib * mib, 1024 * mib});
        });
        CHECK(budget.first_refused() == each.first_refused);
    }

    const storage::DiskBudget budget([] {
        return std::optional(storage::DiskRoom{24 * mib + 1000, 1024 * mib});
    });
    CHECK(budget.ask(DiskUse::text, 1000));
    const auto refused = budget.ask(DiskUse::text, 1001);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::disk_full);
    CHECK(refused.error().detail.back() == '.');
    CHECK(budget.ask(DiskUse::log, 1001));
}

TEST_CASE("disk budget: closed it refuses all, without a measure nothing", "[storage]") {
    storage::DiskBudget budget([]() -> std::optional<storage::DiskRoom> { return std::nullopt; });
    CHECK(budget.ask(DiskUse::files, ~std::uint64_t{0}));

    budget.close();

    CHECK(budget.first_refused() == DiskUse::log);
    CHECK_FALSE(budget.ask(DiskUse::log, 0));
}
