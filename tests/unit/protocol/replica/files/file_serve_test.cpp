// Serving files: what a node does, and does not do, for a neighbour that asks. Its effects show it,
// since nothing leaves before one. [S11] [S12]
#include "tests/support/network/file_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using tests::entry_with;
using tests::FileScene;
using Scene = FileScene;

/// Asks for one piece-rich file, which this entry names, until it is found.
std::uint32_t open_file(Scene& scene, const FileName& file, const LoadedChunk& entry) {
    scene.parts->file_places.add(log::space_of(*scene.network), file.hash);
    REQUIRE(scene.want(*scene.log, 3, file.hash));
    const auto loads = scene.taken<Load>();
    REQUIRE(loads.size() == 1);
    scene.parts->file_server.load_finished(loads[0].id, Loaded(entry));
    const auto works = scene.taken<WorkOnFile>();
    REQUIRE(works.size() == 1);
    CHECK(std::get<LoadHashes>(works[0].what).file == file);
    scene.parts->file_server.work_finished(
        works[0].id,
        FileResult(LoadedHashes{std::make_shared<const records::PieceHashes>(
            records::piece_count(file.size), scene.random.make<TreeHash>()
        )})
    );
    scene.out.clear();
    return scene.streams;
}

std::uint32_t open_file(Scene& scene, const FileName& file) {
    return open_file(scene, file, entry_with(scene, {file}));
}

} // namespace

TEST_CASE("file server: only an entry that the neighbour may see is looked at", "[replica]") {
    Scene scene;
    const auto hash = scene.random.make<Digest>();

    SECTION("a member's question is") {
        REQUIRE(scene.want(*scene.log, 3, hash));
        CHECK(scene.taken<Load>().size() == 1);
    }
    SECTION("who is no member gets nothing looked up") {
        scene.link().space(log::space_of(*scene.network))->remote_is_member = false;
        REQUIRE(scene.want(*scene.log, 3, hash));
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor is a log of a network that is not in common") {
        const LogId other = scene.add_log(scene.random.make<SpaceId>());
        REQUIRE(scene.want(other, 3, hash));
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor a log of our own space") {
        const LogId own = scene.add_log(log::school_space(scene.parts->context.school));
        REQUIRE(scene.want(own, 3, hash));
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor one that nobody knows, nor an entry beyond the end") {
        REQUIRE(scene.want(scene.random.make<LogId>(), 3, hash));
        REQUIRE(scene.want(*scene.log, 10, hash));
        CHECK(scene.taken<Load>().empty());
    }
}

TEST_CASE("file server: only files that the entry names are looked for", "[replica]") {
    Scene scene;
    const FileName named{scene.random.make<Digest>(), 70'000};
    const FileName too_large{scene.random.make<Digest>(), limits::attachment_bytes_max + 1};
    for (const Digest& hash : {scene.random.make<Digest>(), too_large.hash}) {
        REQUIRE(scene.want(*scene.log, 3, hash));
        const auto loads = scene.taken<Load>();
        REQUIRE(loads.size() == 1);

        scene.parts->file_server.load_finished(
            loads[0].id, Loaded(entry_with(scene, {named, too_large}))
        );

        CHECK(scene.taken<WorkOnFile>().empty());
    }
}

TEST_CASE("file server: what came in elsewhere is answered like what is nowhere", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 70'000};
    const auto answers = [&] {
        REQUIRE(scene.want(*scene.log, 3, file.hash));
        const auto loads = scene.taken<Load>();
        REQUIRE(loads.size() == 1);
        scene.parts->file_server.load_finished(loads[0].id, Loaded(entry_with(scene, {file})));
        return scene.taken<WorkOnFile>().size();
    };

    SECTION("of no space") {
        CHECK(answers() == 0);
    }
    SECTION("of another network") {
        scene.parts->file_places.add(scene.random.make<SpaceId>(), file.hash);
        CHECK(answers() == 0);
    }
    SECTION("of this school's own space") {
        scene.parts->file_places.add(log::school_space(scene.parts->context.school), file.hash);
        CHECK(answers() == 0);
    }
    SECTION("of this network it is looked for") {
        scene.parts->file_places.add(log::space_of(*scene.network), file.hash);
        CHECK(answers() == 1);
    }
}

TEST_CASE("file server: pieces are bounded in number and place", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const std::uint32_t stream = open_file(scene, file);
    FileServer& server = scene.parts->file_server;

    CHECK(server.want_pieces(scene.link(), {stream, 8, 3}).error().code == Errc::out_of_range);
    REQUIRE(server.want_pieces(scene.link(), {stream, 0, 4}));
    CHECK(scene.taken<WorkOnFile>().size() == 1); // one at a time
    CHECK(server.want_pieces(scene.link(), {stream, 4, 2}).error().code == Errc::too_large);
    REQUIRE(server.want_pieces(scene.link(), {stream + 4, 0, 1})); // another stream: passed over
    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file server: who was removed meanwhile gets no further piece", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const std::uint32_t stream = open_file(scene, file);

    scene.link().space(log::space_of(*scene.network))->remote_is_member = false;
    REQUIRE(scene.parts->file_server.want_pieces(scene.link(), {stream, 0, 1}));

    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file server: what an order takes away meanwhile gets no further piece", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const LoadedChunk entry = entry_with(scene, {file});
    const std::uint32_t stream = open_file(scene, file, entry);
    const RevisionId revision = log::revision_id(*entry.entries.front().header);

    scene.parts->erasures.withhold(RequestId{1}, {{revision}, BodyState::refused});
    REQUIRE(scene.parts->file_server.want_pieces(scene.link(), {stream, 0, 1}));

    CHECK(scene.taken<WorkOnFile>().empty());
}

TEST_CASE("file server: while text waits to be sent, no piece is loaded", "[replica]") {
    Scene scene;
    const FileName file{scene.random.make<Digest>(), 10 * limits::piece_bytes};
    const std::uint32_t stream = open_file(scene, file);
    scene.link().unsent_bytes = 200'000;

    REQUIRE(scene.parts->file_server.want_pieces(scene.link(), {stream, 0, 2}));
    CHECK(scene.taken<WorkOnFile>().empty());
    scene.link().unsent_bytes = 0;
    scene.parts->file_server.queue_drained(scene.link());

    CHECK(scene.taken<WorkOnFile>().size() == 1);
}

TEST_CASE("file server: a neighbour that only asks is ended", "[replica]") {
    Scene scene;
    Result<void> asked;
    std::size_t count = 0;
    for (; asked && count < 100; ++count)
        asked = scene.want(*scene.log, 3, scene.random.make<Digest>());

    REQUIRE(!asked);
    CHECK(asked.error().code == Errc::too_large);
    CHECK(count < 20);
}

} // namespace staffroom::replica
