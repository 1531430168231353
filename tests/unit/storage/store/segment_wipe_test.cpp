// Overwriting in segments takes the records that it is told to take, in whatever state they are,
// and not one byte of a whole record beside them.
#include "storage/store/segments.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::storage {

using tests::SeededRandom;
using tests::TornFileSystem;

namespace {

constexpr std::size_t head_bytes = 4 + 4 + RevisionId::size_bytes;
constexpr std::size_t kib = 1024;

/// One record in the segment, and what it looked like when it was written.
struct Written {
    RevisionId revision;
    Place place;
    Bytes bytes;
    bool is_target = false;
};

/// A segment of records of any sizes.
struct Shelf {
    TornFileSystem disk;
    std::unique_ptr<Segments> segments;
    std::vector<Written> records{};

    Shelf() {
        REQUIRE(disk.create_directory("/disk"));
        segments = std::make_unique<Segments>(disk, "/disk", SegmentEnd{0, 0});
        REQUIRE(segments->start());
    }
    void add(SeededRandom& random, std::size_t bytes, bool is_target) {
        Bytes id(RevisionId::size_bytes);
        random.fill(id);
        Bytes salt(16);
        random.fill(salt);
        Bytes words(bytes);
        random.fill(words);
        const auto revision = *RevisionId::from(id);
        const Place place =
            segments->stage(revision, {salt, std::make_shared<const Bytes>(std::move(words))});
        records.push_back({revision, place, {}, is_target});
    }
    void write() {
        REQUIRE(segments->flush());
        segments->confirm();
        const Bytes all = content();
        for (Written& record : records)
            record.bytes =
                to_bytes(ByteView(all).subspan(record.place.offset, record.place.length));
    }
    [[nodiscard]] Bytes content() {
        auto bytes = read_file(disk, "/disk/segment-00000000", std::size_t{1} << 27U);
        REQUIRE(bytes);
        return std::move(*bytes);
    }
    void overwrite(std::uint64_t at, const Bytes& bytes) {
        const auto file = disk.open("/disk/segment-00000000", OpenMode::update);
        REQUIRE(file);
        REQUIRE((*file)->overwrite_at(at, bytes));
    }
    /// What a wipe leaves that was cut off between the words and the names.
    void empty_words(const Written& record) {
        overwrite(record.place.offset + head_bytes, Bytes(record.place.length - head_bytes));
    }
    void wipe() {
        std::set<RevisionId> targets;
        for (const Written& record : records)
            if (record.is_target)
                targets.insert(record.revision);
        REQUIRE(segments->wipe(0, {targets, {}}, segments->end()));
    }
    /// Of the targets no id and no word is left; `whole` ones are as they were written.
    void check(const std::vector<const Written*>& whole) {
        const Bytes all = content();
        for (const Written& record : records) {
            if (!record.is_target)
                continue;
            INFO("target at " << record.place.offset);
            const ByteView here = ByteView(all).subspan(record.place.offset, record.place.length);
            CHECK(std::all_of(here.begin(), here.end(), [](std::uint8_t byte) { return byte == 0; })
            );
        }
        for (const Written* record : whole) {
            INFO("neighbour at " << record->place.offset);
            const ByteView here = ByteView(all).subspan(record->place.offset, record->place.length);
            CHECK(std::equal(here.begin(), here.end(), record->bytes.begin()));
        }
    }
};

} // namespace

TEST_CASE(
    "segment wipe: a wipe that is done again takes no half of a neighbour", "[storage][erasure]"
) {
    SeededRandom random(1);
    // Names without words up to a whole record that lies across the border of a mebibyte.
    for (std::size_t border = 1; border <= 4; ++border) {
        Shelf shelf;
        const std::size_t neighbour = border * 1024 * kib - 150 * kib;
        std::size_t begin = 0;
        while (begin < neighbour) {
            const std::size_t bytes =
                std::min(neighbour - begin, 50 * kib) - 16 - segment_record_overhead;
            shelf.add(random, bytes, true);
            begin = shelf.records.back().place.offset + shelf.records.back().place.length;
        }
        shelf.add(random, 300 * kib, false);
        shelf.add(random, 50 * kib, true);
        shelf.write();
        std::vector<const Written*> whole;
        for (const Written& record : shelf.records)
            if (record.is_target)
                shelf.empty_words(record);
            else
                whole.push_back(&record);

        shelf.wipe();

        INFO("border " << border);
        shelf.check(whole);
    }
}

TEST_CASE("segment wipe: behind long damage the words go to their end", "[storage][erasure]") {
    SeededRandom random(2);
    Shelf shelf;
    // A hole without any name, and a damaged target that reaches across the end of one look.
    for (const std::size_t hole : {1000 * kib, 1000 * kib, 900 * kib})
        shelf.add(random, hole, false);
    shelf.add(random, 700 * kib, true);
    shelf.add(random, 900 * kib, false);
    shelf.write();
    const Written& target = shelf.records[3];
    for (const std::size_t hole : {0UL, 1UL, 2UL})
        shelf.overwrite(shelf.records[hole].place.offset, Bytes(shelf.records[hole].place.length));
    shelf.overwrite(target.place.offset + 500 * kib, Bytes{1, 2, 3});

    shelf.wipe();

    shelf.check({&shelf.records[4]});
}

TEST_CASE("segment wipe: what is appended meanwhile stays", "[storage][erasure]") {
    SeededRandom random(3);
    Shelf shelf;
    shelf.add(random, 30 * kib, true);
    shelf.write();
    const SegmentEnd end = shelf.segments->end();
    shelf.overwrite(shelf.records[0].place.offset + 100, Bytes{1, 2, 3});
    // Half of a record, as a reader finds it in the middle of a write.
    Bytes half(2 * kib);
    random.fill(half);
    {
        const auto file = shelf.disk.open("/disk/segment-00000000", OpenMode::update);
        REQUIRE(file);
        REQUIRE((*file)->append(half));
    }

    REQUIRE(shelf.segments->wipe(0, {std::set{shelf.records[0].revision}, {}}, end));

    shelf.check({});
    const Bytes all = shelf.content();
    CHECK(std::equal(half.begin(), half.end(), all.end() - static_cast<std::ptrdiff_t>(2 * kib)));
}

TEST_CASE(
    "segment wipe: whatever is damaged, no other whole record changes", "[storage][erasure]"
) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        SeededRandom random(100 + seed);
        Shelf shelf;
        for (std::size_t i = 0; i < 24; ++i) {
            const std::size_t bytes =
                1 +
                static_cast<std::size_t>(random.below(random.below(3) == 0 ? 1'000'000 : 60'000));
            shelf.add(random, bytes, random.below(2) == 0);
        }
        shelf.write();
        std::vector<const Written*> whole;
        for (const Written& record : shelf.records) {
            const std::uint64_t harm = random.below(4);
            const std::uint64_t at = record.place.offset;
            if (harm == 0 && record.is_target)
                shelf.empty_words(record);
            else if (harm == 1)
                shelf.disk.flip_bit(
                    "/disk/segment-00000000",
                    (at + head_bytes + random.below(record.place.length - head_bytes)) * 8
                );
            else if (harm == 2 && record.is_target) // its length
                shelf.disk.flip_bit("/disk/segment-00000000", (at + 4) * 8 + random.below(32));
            else if (!record.is_target)
                whole.push_back(&record);
        }

        shelf.wipe();
        shelf.wipe();

        INFO("seed " << seed);
        shelf.check(whole);
    }
}

} // namespace staffroom::storage
