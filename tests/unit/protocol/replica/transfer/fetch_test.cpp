// The neighbours that a node goes on asking: streams begun, given up and moved, without keys for
// the line. [S7]
#include "tests/support/network/file_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using tests::FileScene;

/// A neighbour that offers ten entries of a log of which nothing is here.
struct Fetching {
    FileScene scene{};
    LogId log = scene.add_log(log::space_of(*scene.network), LogSize{0});
    Link& link = scene.link();
    Fetcher& fetcher = scene.parts->fetcher;

    Fetching() {
        link.remote_key = scene.random.make<TransportPublicKey>();
        offer(LogSize{10});
    }
    void offer(LogSize held) {
        const auto& [descriptor, head] = scene.heads.at(log);
        fetcher.offered(link, *link.space(log::space_of(*scene.network)), {descriptor, head, held});
    }
    void answer_from(std::uint64_t begin) {
        wire::Chunk chunk{1, log, Position{begin}, {}, {}, {}, std::nullopt};
        chunk.headers.push_back(std::make_shared<const Bytes>(10));
        chunk.bodies.push_back({BodyState::missing, {}});
        REQUIRE(fetcher.chunk_arrived(link, chunk));
    }
};

} // namespace

TEST_CASE("fetcher: who answers with another part of a log is asked no more for it", "[replica]") {
    Fetching fetching;
    REQUIRE(fetching.fetcher.stream_count() == 1);

    fetching.answer_from(5);

    CHECK(fetching.fetcher.stream_count() == 0);
    CHECK(fetching.fetcher.is_doubtful(fetching.link));
    fetching.fetcher.schedule_all();
    CHECK(fetching.fetcher.stream_count() == 0);
}

TEST_CASE("fetcher: who answers beyond where a log counts is asked no more for it", "[replica]") {
    Fetching fetching;
    fetching.scene.parts->logbook.set_cut(
        fetching.log, CutSource::fork, Cut{CutSource::fork, Position{0}, TreeHash({})}
    );

    fetching.answer_from(0);

    CHECK(fetching.fetcher.stream_count() == 0);
    CHECK(fetching.fetcher.is_doubtful(fetching.link));
}

TEST_CASE(
    "fetcher: a chunk behind one that our disk refused is not its sender's fault", "[replica]"
) {
    Fetching fetching;
    fetching.fetcher.store_failed(fetching.log);

    fetching.answer_from(5);

    CHECK_FALSE(fetching.fetcher.is_doubtful(fetching.link));
    CHECK(fetching.fetcher.stream_count() == 1);
}

TEST_CASE("fetcher: who sent the part that it offered is not in doubt for the rest", "[replica]") {
    for (const bool has_sent : {true, false}) {
        Fetching fetching;
        fetching.scene.parts->links.find(fetching.link.id)
            ->space(log::space_of(*fetching.scene.network))
            ->offered.at(fetching.log)
            .held = LogSize{9};
        if (has_sent)
            fetching.scene.parts->logbook.find(fetching.log)->proven.stored = LogSize{9};

        fetching.scene.parts->context.now = Instant{0} + std::chrono::seconds(9);
        fetching.fetcher.tick();

        CHECK(fetching.fetcher.stream_count() == 0);
        CHECK(fetching.fetcher.is_doubtful(fetching.link) != has_sent);
    }
}

TEST_CASE("body fetcher: a body found damaged changes what is computed of its log", "[replica]") {
    FileScene scene;
    const std::uint64_t before = scene.parts->logbook.changes();

    scene.parts->body_fetcher.gone(*scene.log, Position{3});
    const std::uint64_t after = scene.parts->logbook.changes();
    scene.parts->body_fetcher.gone(*scene.log, Position{3});

    CHECK(after != before);
    CHECK(scene.parts->logbook.changes() == after);
}

TEST_CASE("body fetcher: a body that reads well again is not missing any more", "[replica]") {
    FileScene scene;
    scene.parts->body_fetcher.gone(*scene.log, Position{3});
    scene.parts->body_fetcher.look_again(*scene.log, Position{3});
    const std::uint64_t before = scene.parts->logbook.changes();

    for (const Load& load : scene.taken<Load>())
        scene.parts->body_fetcher.load_finished(
            load.id, Loaded(LoadedBodies{*scene.log, {Position{3}}, {{{}, BodyState::have, {}}}})
        );

    CHECK(scene.parts->logbook.find(*scene.log)->without_body.empty());
    CHECK(scene.parts->logbook.changes() != before);
}

} // namespace staffroom::replica
