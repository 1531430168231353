#include "storage/store/segments.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using tests::TornFileSystem;

namespace {

struct Stored {
    BodyAt at;
    replica::BodyBytes body;
};

Stored stage_one(Segments& segments, tests::LogBuilder& log) {
    const auto entry = log.make_entry();
    return {{segments.stage(entry.revision, entry.body), entry.revision}, entry.body};
}

bool reads_back(const Segments& segments, const Stored& stored) {
    auto body = segments.read(stored.at);
    return body && body->salt == stored.body.salt && *body->encoded == *stored.body.encoded;
}

} // namespace

TEST_CASE("segments: bodies read back one by one and together", "[storage]") {
    TornFileSystem files;
    Segments segments(files, "/disk", {0, 0});
    tests::LogBuilder log({.seed = 1});
    std::vector<Stored> stored;
    std::vector<BodyAt> places;
    for (int i = 0; i < 20; ++i) {
        stored.push_back(stage_one(segments, log));
        places.push_back(stored.back().at);
    }

    REQUIRE(segments.flush());
    segments.confirm();

    for (const Stored& one : stored)
        CHECK(reads_back(segments, one));
    const auto together = segments.read_all(places);
    REQUIRE(together.size() == 20);
    for (std::size_t i = 0; i < together.size(); ++i)
        CHECK(*together[i]->encoded == *stored[i].body.encoded);
}

TEST_CASE("segments: a body is never read under another revision", "[storage]") {
    TornFileSystem files;
    Segments segments(files, "/disk", {0, 0});
    tests::LogBuilder log({.seed = 1});
    const Stored first = stage_one(segments, log);
    const Stored second = stage_one(segments, log);
    REQUIRE(segments.flush());

    CHECK(segments.read({first.at.place, second.at.revision}).error().code == Errc::corrupt);
    CHECK(segments.read({{0, 1, 100}, first.at.revision}).error().code == Errc::corrupt);
    CHECK(segments.read({{0, 0, ~0U}, first.at.revision}).error().code == Errc::corrupt);
    CHECK(segments.read({{9, 0, 100}, first.at.revision}).error().code == Errc::not_found);
}

TEST_CASE("segments: no flipped bit of a record is taken for good", "[storage]") {
    TornFileSystem files;
    Segments segments(files, "/disk", {0, 0});
    tests::LogBuilder log({.seed = 1, .body_bytes = 30});
    const Stored stored = stage_one(segments, log);
    REQUIRE(segments.flush());
    const std::string path = files.files().at(0);

    for (std::uint64_t bit = 0; bit < files.bytes_of(path) * 8; ++bit) {
        files.flip_bit(path, bit);
        CHECK(segments.read(stored.at).error().code == Errc::corrupt);
        files.flip_bit(path, bit);
    }
    CHECK(reads_back(segments, stored));
}

TEST_CASE("segments: what was abandoned is cut off before the next write", "[storage]") {
    TornFileSystem files;
    Segments segments(files, "/disk", {0, 0});
    tests::LogBuilder log({.seed = 1});
    const Stored kept = stage_one(segments, log);
    REQUIRE(segments.flush());
    segments.confirm();
    const SegmentEnd end = segments.end();
    static_cast<void>(stage_one(segments, log));
    static_cast<void>(stage_one(segments, log));
    REQUIRE(segments.flush());

    segments.abandon();
    const Stored next = stage_one(segments, log);
    REQUIRE(segments.flush());
    segments.confirm();

    CHECK(next.at.place.offset == end.offset);
    CHECK(files.bytes_of(files.files().at(0)) == segments.end().offset);
    CHECK(reads_back(segments, kept));
    CHECK(reads_back(segments, next));
}

TEST_CASE("segments: bytes behind the known end are cut off after a start", "[storage]") {
    TornFileSystem files;
    tests::LogBuilder log({.seed = 1});
    SegmentEnd end{0, 0};
    {
        Segments before(files, "/disk", end);
        static_cast<void>(stage_one(before, log));
        REQUIRE(before.flush());
        before.confirm();
        end = before.end();
        static_cast<void>(stage_one(before, log));
        REQUIRE(before.flush());
    }
    Segments after(files, "/disk", end);

    REQUIRE(after.start());
    const Stored next = stage_one(after, log);
    REQUIRE(after.flush());

    CHECK(next.at.place.offset == end.offset);
    CHECK(reads_back(after, next));
}

TEST_CASE("segments: a segment that lost its end is not written on", "[storage]") {
    TornFileSystem files;
    tests::LogBuilder log({.seed = 1});
    SegmentEnd end{0, 0};
    {
        Segments before(files, "/disk", end);
        static_cast<void>(stage_one(before, log));
        REQUIRE(before.flush());
        end = before.end();
    }
    REQUIRE((*files.open(files.files().at(0), OpenMode::update))->truncate(10));
    Segments after(files, "/disk", end);

    REQUIRE(after.start());
    const Stored next = stage_one(after, log);
    REQUIRE(after.flush());

    CHECK(next.at.place.segment == 1);
    CHECK(reads_back(after, next));
}

TEST_CASE("segments: a full segment is followed by the next", "[storage]") {
    TornFileSystem files;
    Segments segments(files, "/disk", {0, segment_bytes_max - 200});
    tests::LogBuilder log({.seed = 1});
    {
        auto file = files.open("/disk/segment-00000000", OpenMode::create);
        REQUIRE((*file)->append(Bytes(segment_bytes_max - 200)));
    }

    const Stored first = stage_one(segments, log);
    const Stored second = stage_one(segments, log);
    REQUIRE(segments.flush());

    CHECK(first.at.place.segment == 0);
    CHECK(second.at.place == Place{1, 0, first.at.place.length});
    CHECK(reads_back(segments, first));
    CHECK(reads_back(segments, second));
}

} // namespace staffroom::storage
