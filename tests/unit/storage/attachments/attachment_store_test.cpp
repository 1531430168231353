#include "protocol/base/text.hpp"
#include "storage/attachments/attachment_store.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/torn_files.hpp"
#include "tests/support/store/unsteady_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using tests::TornFileSystem;

namespace {

struct Made {
    FileName name;
    Bytes content;
    records::SharedPieceHashes pieces;
};

Made make(std::size_t size, std::uint64_t seed = 1) {
    Bytes content(size);
    tests::SeededRandom random(seed);
    random.fill(content);
    records::PieceHashes pieces;
    for (std::uint64_t i = 0; i < records::piece_count(size); ++i)
        pieces.push_back(records::piece_hash(
            ByteView(content).subspan(i * limits::piece_bytes, records::piece_length(size, i))
        ));
    return {
        {records::attachment_hash(content), size},
        std::move(content),
        std::make_shared<const records::PieceHashes>(std::move(pieces))};
}

std::unique_ptr<AttachmentStore> open(FileSystem& files) {
    auto store = AttachmentStore::open(files, "/disk/files");
    REQUIRE(store);
    return std::move(*store);
}

Result<replica::FileProgress> resume(AttachmentStore& store, const Made& file) {
    auto result = store.perform(replica::ResumeFile{file.name, file.pieces});
    if (!result)
        return fail(result.error());
    return std::get<replica::FileProgress>(*result);
}

Result<replica::FileProgress> keep(AttachmentStore& store, const Made& file, std::uint32_t index) {
    const auto piece =
        ByteView(file.content)
            .subspan(index * limits::piece_bytes, records::piece_length(file.name.size, index));
    auto result = store.perform(replica::KeepPiece{
        file.name, file.pieces, index, std::make_shared<const Bytes>(to_bytes(piece))});
    if (!result)
        return fail(result.error());
    return std::get<replica::FileProgress>(*result);
}

/// Fetches what is still missing, as the core does.
bool fetch(AttachmentStore& store, const Made& file) {
    auto progress = resume(store, file);
    while (progress && !progress->is_whole)
        progress = keep(store, file, progress->pieces);
    return progress.has_value();
}

std::string path_of(const Made& file) {
    const std::string name = to_base32(file.name.hash);
    return "/disk/files/" + name.substr(0, 2) + "/" + name;
}

constexpr std::size_t piece = limits::piece_bytes;

} // namespace

TEST_CASE("attachment store: files of every length at a piece's edge read back", "[storage]") {
    TornFileSystem files;
    auto store = open(files);
    std::uint64_t bytes = 0;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, piece - 1, piece, piece + 1, 3 * piece, 5 * piece + 7}) {
        const Made file = make(size, size + 1);

        REQUIRE(fetch(*store, file));

        CHECK(store->holds(file.name));
        CHECK(!store->holds({file.name.hash, size + 1}));
        CHECK(*store->read(file.name) == file.content);
        bytes += size;
        CHECK(store->held().bytes() == bytes);
        // A start finds the same by the lengths alone.
        const auto again = AttachmentStore::open(files, "/disk/files");
        REQUIRE(again);
        CHECK((*again)->holds(file.name));
        CHECK((*again)->held().bytes() == bytes);
    }
}

TEST_CASE("attachment store: hashes and pieces are given as they were", "[storage]") {
    TornFileSystem files;
    auto store = open(files);
    const Made file = make(3 * piece + 5);
    REQUIRE(fetch(*store, file));

    const auto hashes = store->perform(replica::LoadHashes{file.name});
    const auto last = store->perform(replica::LoadPiece{file.name, 3});
    const auto beyond = store->perform(replica::LoadPiece{file.name, 4});
    const auto other = store->perform(replica::LoadPiece{make(9).name, 0});
    const auto found = store->perform(replica::FindFiles{{file.name, make(9).name}});

    REQUIRE(hashes);
    CHECK(*std::get<replica::LoadedHashes>(*hashes).pieces == *file.pieces);
    REQUIRE(last);
    CHECK(std::get<replica::LoadedPiece>(*last).content->size() == 5);
    CHECK(beyond.error().code == Errc::out_of_range);
    CHECK(other.error().code == Errc::not_found);
    CHECK(std::get<replica::FoundFiles>(*found).held == std::vector<bool>{true, false});
}

TEST_CASE(
    "attachment store: one flipped bit anywhere is noticed and the file set aside", "[storage]"
) {
    const Made file = make(2 * piece + 100);
    const std::uint64_t length = file.name.size + 3 * 32;
    for (const std::uint64_t byte :
         {std::uint64_t{0}, std::uint64_t{piece}, file.name.size - 1, file.name.size, length - 1}) {
        TornFileSystem files;
        auto store = open(files);
        REQUIRE(fetch(*store, file));
        files.flip_bit(path_of(file), byte * 8);

        const auto content = store->read(file.name);

        INFO("byte " << byte);
        REQUIRE(!content);
        CHECK(content.error().code == Errc::corrupt);
        CHECK(!store->holds(file.name));
        CHECK(store->held().bytes() == 0);
        CHECK(!*files.exists(path_of(file)));
        REQUIRE(fetch(*store, file));
        CHECK(*store->read(file.name) == file.content);
    }
}

TEST_CASE(
    "attachment store: a damaged piece is not given, the good ones before it are", "[storage]"
) {
    TornFileSystem files;
    auto store = open(files);
    const Made file = make(3 * piece);
    REQUIRE(fetch(*store, file));
    files.flip_bit(path_of(file), 2 * piece * 8);

    CHECK(store->perform(replica::LoadPiece{file.name, 0}));
    CHECK(store->perform(replica::LoadPiece{file.name, 2}).error().code == Errc::corrupt);
    CHECK(store->perform(replica::LoadPiece{file.name, 0}).error().code == Errc::not_found);
}

TEST_CASE(
    "attachment store: what a crash leaves of a partial file is checked and gone on with",
    "[storage]"
) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        TornFileSystem files;
        const Made file = make(6 * piece + 11, seed);
        {
            auto store = open(files);
            REQUIRE(resume(*store, file));
            for (std::uint32_t i = 0; i < 1 + seed % 6; ++i)
                REQUIRE(keep(*store, file, i));
        }
        files.crash(seed);

        auto store = open(files);
        const auto progress = resume(*store, file);

        REQUIRE(progress);
        CHECK(progress->pieces <= 1 + seed % 6);
        REQUIRE(fetch(*store, file));
        CHECK(*store->read(file.name) == file.content);
        files.crash(seed + 1000);
        auto later = open(files);
        CHECK(*later->read(file.name) == file.content);
    }
}

TEST_CASE("attachment store: a failure at any write loses nothing that was finished", "[storage]") {
    const Made first = make(piece + 3, 1);
    const Made second = make(2 * piece, 2);
    TornFileSystem begin;
    {
        auto store = open(begin);
        REQUIRE(fetch(*store, first));
    }
    for (std::uint64_t at = 0; at < 30; ++at) {
        auto files = begin.clone();
        auto store = open(*files);
        files->fail_once(files->operations() + at, at % 2 == 0 ? Errc::io_error : Errc::disk_full);

        const bool fetched = fetch(*store, second);

        INFO("operation " << at);
        CHECK(store->holds(second.name) == fetched);
        CHECK(*store->read(first.name) == first.content);
        if (!fetched)
            REQUIRE(fetch(*store, second));
        CHECK(*store->read(second.name) == second.content);
    }
}

TEST_CASE("attachment store: a check names what is damaged and leaves it in place", "[storage]") {
    TornFileSystem files;
    auto store = open(files);
    const Made whole = make(piece + 1, 1);
    const Made damaged = make(2 * piece, 2);
    const Made empty = make(0, 3);
    for (const Made* file : {&whole, &damaged, &empty})
        REQUIRE(fetch(*store, *file));
    CHECK(store->check().damaged.empty());
    files.flip_bit(path_of(damaged), 8 * piece);

    const auto report = store->check();

    CHECK(report.files == 3);
    CHECK(report.damaged == std::vector<Digest>{damaged.name.hash});
    CHECK(store->holds(damaged.name));
}

TEST_CASE("attachment store: a misread sets nothing aside, a bad sector does", "[storage]") {
    TornFileSystem disk;
    tests::UnsteadyFileSystem files(disk);
    auto store = open(files);
    const Made file = make(3 * piece);
    REQUIRE(fetch(*store, file));

    files.on_read = tests::misread_once("/files/");
    CHECK(store->check().damaged.empty());
    files.on_read = tests::misread_once("/files/");
    CHECK(store->read(file.name));
    files.closed = "/files/";
    CHECK(store->check().damaged.size() == 1);
    store->set_aside_damaged(file.name);
    CHECK(store->holds(file.name));
    files.closed.clear();
    files.on_read = tests::bad_sector("/files/", piece);
    CHECK(store->check().damaged.size() == 1);
    store->set_aside_damaged(file.name);
    CHECK_FALSE(store->holds(file.name));
}

TEST_CASE("attachment store: a check in small steps looks at every file once", "[storage]") {
    TornFileSystem files;
    auto store = open(files);
    const Made damaged = make(3 * piece, 1);
    const Made whole = make(2 * piece, 2);
    for (const Made* file : {&damaged, &whole})
        REQUIRE(fetch(*store, *file));
    files.flip_bit(path_of(damaged), 8 * (2 * piece + 7));
    AttachmentStore::CheckProgress progress;
    std::size_t steps = 1;

    while (!store->check_more(progress, piece))
        ++steps;

    CHECK(steps > 4);
    CHECK(progress.report.files == 2);
    CHECK(progress.report.damaged == std::vector<Digest>{damaged.name.hash});
}

TEST_CASE("attachment store: pieces come in order, a repeated one is written again", "[storage]") {
    TornFileSystem files;
    auto store = open(files);
    const Made file = make(4 * piece);
    REQUIRE(resume(*store, file));

    CHECK(keep(*store, file, 1).error().code == Errc::out_of_range);
    REQUIRE(keep(*store, file, 0));
    REQUIRE(keep(*store, file, 0));
    CHECK(keep(*store, file, 1)->pieces == 2);
    REQUIRE(fetch(*store, file));
    // Another space may ask for it anew: what is held stays as it is meanwhile.
    CHECK(keep(*store, file, 0)->pieces == 1);
    CHECK(*store->read(file.name) == file.content);
    REQUIRE(fetch(*store, file));
    CHECK(*store->read(file.name) == file.content);
}

TEST_CASE(
    "attachment store: a file is brought in piece by piece, and again without harm", "[storage]"
) {
    TornFileSystem files;
    auto store = open(files);
    const Made file = make(2 * piece + 9);
    const ByteView content(file.content);

    CHECK(store->add(file.name, 0, content.first(100))->held == 100);
    CHECK(store->add(file.name, 0, content.first(100))->held == 100);
    CHECK(store->add(file.name, 200, content.subspan(200, 50))->held == 100);
    CHECK(!store->holds(file.name));
    CHECK(store->add(file.name, 100, content.subspan(100))->is_whole);
    CHECK(store->add(file.name, 0, content.first(1))->is_whole);
    CHECK(*store->read(file.name) == file.content);
}

TEST_CASE("attachment store: other content than the hash says is dropped", "[storage]") {
    TornFileSystem files;
    auto store = open(files);
    const Made file = make(1000);
    Bytes other = file.content;
    other[500] ^= 1U;

    CHECK(store->add(file.name, 0, other).error().code == Errc::bad_proof);
    CHECK(store->add(file.name, 0, Bytes(1001)).error().code == Errc::too_large);
    CHECK(
        store->add({file.name.hash, limits::attachment_bytes_max + 1}, 0, {}).error().code ==
        Errc::too_large
    );
    CHECK(!store->holds(file.name));
    CHECK(store->add(file.name, 0, file.content)->is_whole);
}

TEST_CASE("attachment store: a start removes what was being brought in", "[storage]") {
    TornFileSystem files;
    const Made file = make(1000);
    REQUIRE(open(files)->add(file.name, 0, ByteView(file.content).first(10)));

    auto store = open(files);

    CHECK(store->add(file.name, 0, {})->held == 0);
}

TEST_CASE(
    "attachment store: what is here is told while the disk works on another file", "[storage]"
) {
    TornFileSystem disk;
    tests::UnsteadyFileSystem files(disk);
    const auto store = open(files);
    const Made file = make(3000);
    REQUIRE(store->add(file.name, 0, file.content));
    bool was_told = false;
    files.on_read = [&](const std::string&, std::uint64_t, std::span<std::uint8_t>) {
        was_told = store->held().holds(file.name); // this thread has the lock of the disk
        return Result<void>();
    };

    CHECK(store->read(file.name));

    CHECK(was_told);
}

} // namespace staffroom::storage
