// Fetching files: what a node takes from a neighbour that it asked, and when it asks at all.
// [S11]-[S13]
#include "tests/support/network/file_scene.hpp"

namespace staffroom::replica {
namespace {

using tests::asker;
using tests::entry_with;
using tests::FileScene;

struct Asked {
    FileName name;
    Bytes content;
    records::PieceHashes pieces;
    std::uint32_t stream = limits::file_slots_per_link_max; // the first one of slot 0
};

Asked make_file(FileScene& scene, std::size_t size) {
    Bytes content(size);
    scene.random.fill(content);
    records::PieceHashes pieces;
    for (std::uint64_t i = 0; i < records::piece_count(size); ++i)
        pieces.push_back(records::piece_hash(
            ByteView(content).subspan(i * limits::piece_bytes, records::piece_length(size, i))
        ));
    return {{records::attachment_hash(content), size}, std::move(content), std::move(pieces)};
}

wire::FilePiece piece_of(const Asked& file, std::uint32_t index) {
    const ByteView piece =
        ByteView(file.content)
            .subspan(index * limits::piece_bytes, records::piece_length(file.name.size, index));
    return {file.stream, index, std::make_shared<const Bytes>(to_bytes(piece))};
}

/// Wants the file of entry 3 and goes on until the neighbour has been asked for it.
Asked ask(FileScene& scene, std::size_t size) {
    Asked file = make_file(scene, size);
    FileFetcher& fetcher = scene.parts->file_fetcher;
    scene.link().hello_received = true;
    fetcher.wanted({*scene.log, Position{3}});
    fetcher.pump();
    const auto loads = scene.taken<Load>();
    REQUIRE(loads.size() == 1);
    fetcher.load_finished(loads[0].id, Loaded(entry_with(scene, {file.name})));
    const auto works = scene.taken<WorkOnFile>();
    REQUIRE(works.size() == 1);
    fetcher.work_finished(works[0].id, FileResult(FoundFiles{{false}}));
    fetcher.pump();
    return file;
}

/// As `ask`, until pieces are on their way.
Asked receive(FileScene& scene, std::size_t size) {
    Asked file = ask(scene, size);
    FileFetcher& fetcher = scene.parts->file_fetcher;
    REQUIRE(fetcher.found(
        scene.link(), {file.stream, wire::FileState::have, file.name.size, file.pieces}
    ));
    const auto works = scene.taken<WorkOnFile>();
    REQUIRE(works.size() == 1);
    CHECK(std::get<ResumeFile>(works[0].what).file == file.name);
    fetcher.work_finished(works[0].id, FileResult(FileProgress{0, false}));
    fetcher.pump();
    return file;
}

} // namespace

TEST_CASE(
    "file fetcher: while a log is on its way from a neighbour, no file is asked for", "[replica]"
) {
    FileScene scene;
    scene.link().hello_received = true;
    const LogId growing = scene.add_log(log::space_of(*scene.network), LogSize{4});
    const auto& [descriptor, head] = scene.heads.at(growing);
    scene.parts->fetcher.offered(
        scene.link(),
        *scene.link().space(log::space_of(*scene.network)),
        {descriptor, head, LogSize{10}}
    );
    REQUIRE(scene.parts->fetcher.is_fetching_from(asker));
    scene.parts->file_fetcher.wanted({*scene.log, Position{3}});

    scene.parts->file_fetcher.pump();
    CHECK(scene.taken<Load>().empty());
    scene.parts->fetcher.stopped(scene.link(), {1, wire::StopReason::not_held});
    scene.parts->file_fetcher.pump();

    CHECK(scene.taken<Load>().size() == 1);
}

TEST_CASE("file fetcher: a file under way waits for a log that begins", "[replica]") {
    FileScene scene;
    const Asked file = receive(scene, 20 * limits::piece_bytes);
    FileFetcher& fetcher = scene.parts->file_fetcher;
    const LogId growing = scene.add_log(log::space_of(*scene.network), LogSize{4});
    const auto& [descriptor, head] = scene.heads.at(growing);
    scene.parts->fetcher.offered(
        scene.link(),
        *scene.link().space(log::space_of(*scene.network)),
        {descriptor, head, LogSize{10}}
    );
    const auto limit = static_cast<std::uint32_t>(limits::pieces_under_way_max);

    // What was asked for before still comes, and nothing after it.
    for (std::uint32_t i = 0; i < limit; ++i) {
        REQUIRE(fetcher.piece_arrived(scene.link(), piece_of(file, i)));
        const auto works = scene.taken<WorkOnFile>();
        REQUIRE(works.size() == 1);
        CHECK(std::get<KeepPiece>(works[0].what).index == i);
        fetcher.work_finished(works[0].id, FileResult(FileProgress{i + 1, false}));
        fetcher.pump();
    }
    CHECK(
        fetcher.piece_arrived(scene.link(), piece_of(file, limit)).error().code == Errc::malformed
    );
    scene.parts->fetcher.stopped(scene.link(), {1, wire::StopReason::not_held});
    fetcher.pump();

    CHECK(fetcher.piece_arrived(scene.link(), piece_of(file, limit)));
}

TEST_CASE("file fetcher: nobody is asked who is no member, or has not said hello", "[replica]") {
    FileScene scene;
    scene.link().hello_received = true;
    SECTION("no member") {
        scene.link().space(log::space_of(*scene.network))->remote_is_member = false;
    }
    SECTION("no hello") {
        scene.link().hello_received = false;
    }
    scene.parts->file_fetcher.wanted({*scene.log, Position{3}});

    scene.parts->file_fetcher.pump();

    CHECK(scene.taken<Load>().empty());
}

TEST_CASE(
    "file fetcher: what is here from elsewhere is asked for like what is nowhere", "[replica]"
) {
    FileScene scene;
    const Asked file = make_file(scene, 70'000);
    FileFetcher& fetcher = scene.parts->file_fetcher;
    scene.link().hello_received = true;
    bool is_asked_for = true;
    SECTION("from a draft, or from nowhere that is known") {}
    SECTION("from another network") {
        scene.parts->file_places.add(scene.random.make<SpaceId>(), file.name.hash);
    }
    SECTION("but not what came into this network") {
        scene.parts->file_places.add(log::space_of(*scene.network), file.name.hash);
        is_asked_for = false;
    }
    fetcher.wanted({*scene.log, Position{3}});
    fetcher.pump();
    const auto loads = scene.taken<Load>();
    REQUIRE(loads.size() == 1);
    fetcher.load_finished(loads[0].id, Loaded(entry_with(scene, {file.name})));
    const auto works = scene.taken<WorkOnFile>();
    REQUIRE(works.size() == 1);

    fetcher.work_finished(works[0].id, FileResult(FoundFiles{{true}}));
    fetcher.pump();

    CHECK(fetcher.is_busy() == is_asked_for);
}

TEST_CASE("file fetcher: hashes that do not lead to the content hash are refused", "[replica]") {
    FileScene scene;
    const Asked file = ask(scene, 3 * limits::piece_bytes);
    wire::FileFound found{file.stream, wire::FileState::have, file.name.size, file.pieces};
    SECTION("one changed") {
        found.pieces[1] = found.pieces[0];
    }
    SECTION("one less") {
        found.pieces.pop_back();
    }
    SECTION("one more") {
        found.pieces.push_back(found.pieces[0]);
    }
    SECTION("another size") {
        --found.size;
    }

    const auto taken = scene.parts->file_fetcher.found(scene.link(), found);

    REQUIRE(!taken);
    CHECK(taken.error().code == Errc::bad_proof);
    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file fetcher: a piece that is not the one asked for is refused", "[replica]") {
    FileScene scene;
    const Asked file = receive(scene, 9 * limits::piece_bytes);
    FileFetcher& fetcher = scene.parts->file_fetcher;
    wire::FilePiece piece = piece_of(file, 0);
    Errc expected = Errc::bad_proof;
    SECTION("one byte changed") {
        Bytes changed = *piece.content;
        changed[9] ^= 1U;
        piece.content = std::make_shared<const Bytes>(std::move(changed));
    }
    SECTION("too short") {
        piece.content = std::make_shared<const Bytes>(Bytes(9));
    }
    SECTION("of another place") {
        piece.content = piece_of(file, 1).content;
    }
    SECTION("out of order") {
        piece = piece_of(file, 1);
        expected = Errc::malformed;
    }
    SECTION("beyond what was asked") {
        piece = piece_of(file, limits::pieces_under_way_max);
        expected = Errc::malformed;
    }

    const auto taken = fetcher.piece_arrived(scene.link(), piece);

    REQUIRE(!taken);
    CHECK(taken.error().code == expected);
    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file fetcher: what belongs to another stream is passed over", "[replica]") {
    FileScene scene;
    const Asked file = receive(scene, 9 * limits::piece_bytes);
    wire::FilePiece piece = piece_of(file, 0);
    piece.stream += static_cast<std::uint32_t>(limits::file_slots_per_link_max);

    CHECK(scene.parts->file_fetcher.piece_arrived(scene.link(), piece));
    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file fetcher: news that is read together with \"not held\" is not lost", "[replica]") {
    FileScene scene;
    const Asked file = ask(scene, 100);
    FileFetcher& fetcher = scene.parts->file_fetcher;
    REQUIRE(fetcher.found(scene.link(), {file.stream, wire::FileState::not_held, 0, {}}));
    const bool has_news = GENERATE(true, false);
    if (has_news)
        fetcher.announced(scene.link(), {*scene.log, Position{3}, file.name.hash});

    fetcher.pump();
    fetcher.pump();

    CHECK(scene.taken<Load>().size() == (has_news ? 1U : 0U));
}

TEST_CASE("file fetcher: a body that comes while its place is read is looked at", "[replica]") {
    FileScene scene;
    FileFetcher& fetcher = scene.parts->file_fetcher;
    scene.link().hello_received = true;
    fetcher.wanted({*scene.log, Position{3}});
    fetcher.pump();
    const auto loads = scene.taken<Load>();
    REQUIRE(loads.size() == 1);
    const bool has_come = GENERATE(true, false);
    if (has_come)
        fetcher.body_filled({*scene.log, Position{3}});
    LoadedChunk without = entry_with(scene, {});
    without.entries.front().state = BodyState::missing;
    fetcher.load_finished(loads[0].id, Loaded(std::move(without)));

    fetcher.pump();

    CHECK(scene.taken<Load>().size() == (has_come ? 1U : 0U));
}

} // namespace staffroom::replica
