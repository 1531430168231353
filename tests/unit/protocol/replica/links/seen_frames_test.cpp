// First frames that were answered are remembered, over starts as well. [C2]
#include "protocol/base/limits.hpp"
#include "protocol/replica/links/seen_frames.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

/// The rows as a disk keeps them: one of each key.
void keep(Image& disk, std::vector<Row> rows) {
    for (Row& row : rows) {
        std::erase_if(disk.rows, [&](const Row& held) { return held.key == row.key; });
        disk.rows.push_back(std::move(row));
    }
}

} // namespace

TEST_CASE("seen frames: what was answered once is not answered after any start", "[replica]") {
    tests::SeededRandom random(1);
    Image disk;
    std::vector<wire::Fingerprint> all;
    for (int start = 0; start < 12; ++start) {
        SeenFrames seen;
        seen.restore(disk);
        for (const wire::Fingerprint& mac : all)
            CHECK_FALSE(seen.remember(mac));
        for (std::uint64_t count = random.below(40); count > 0; --count) {
            const auto mac = random.make<wire::Fingerprint>();
            CHECK(seen.remember(mac));
            CHECK_FALSE(seen.remember(mac));
            all.push_back(mac);
            keep(disk, seen.take_rows());
        }
    }
    REQUIRE(all.size() > 100);
}

TEST_CASE("seen frames: memory and disk are bounded, and the oldest go first", "[replica]") {
    Image disk;
    SeenFrames seen;
    const auto mac_of = [](std::uint64_t number) {
        Bytes bytes(8);
        append_u64_be(bytes, number);
        return *wire::Fingerprint::from(bytes);
    };
    constexpr std::uint64_t count = limits::seen_first_frames_max + 1000;
    std::map<Bytes, Bytes> rows;
    for (std::uint64_t i = 0; i < count; ++i) {
        REQUIRE(seen.remember(mac_of(i)));
        for (Row& row : seen.take_rows())
            rows.insert_or_assign(std::move(row.key), std::move(row.value));
    }
    for (auto& [key, value] : rows) {
        CHECK(value.size() <= 8 + 16 * 16);
        disk.rows.push_back({RowKind::first_frames, key, value});
    }
    CHECK(disk.rows.size() <= limits::seen_first_frames_max / 16);

    SeenFrames later;
    later.restore(disk);

    CHECK_FALSE(later.remember(mac_of(count - 1)));
    CHECK_FALSE(later.remember(mac_of(2000)));
    CHECK(later.remember(mac_of(0)));
    CHECK(seen.remember(mac_of(0)));
}

TEST_CASE("seen frames: rows that make no sense are passed over", "[replica]") {
    Image disk;
    disk.rows.push_back({RowKind::first_frames, Bytes{0, 0}, Bytes{1}});
    disk.rows.push_back({RowKind::first_frames, Bytes{0, 1}, Bytes(8 + 15)});
    disk.rows.push_back({RowKind::notice, Bytes{0, 2}, Bytes(8 + 16)});
    SeenFrames seen;

    seen.restore(disk);

    CHECK(seen.remember(wire::Fingerprint(wire::Fingerprint::Raw{})));
}

} // namespace staffroom::replica
