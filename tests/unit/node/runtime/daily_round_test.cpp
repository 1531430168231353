#include "node/runtime/daily_round.hpp"
#include "tests/support/node/solo_node.hpp"

#include <fstream>

namespace staffroom::runtime {
namespace {

/// A node alone with one record, whose body has rotted.
struct Rotten {
    tests::SoloNode node;
    boost::asio::io_context io;
    DailyRound round{
        io, node.core, *node.instruments.trace, {[] { FAIL("no salvage is needed"); }}};

    Rotten() {
        const std::string file = "---\ntitle: Grids\nform: quick-tip\nwhat-we-do: a\n"
                                 "where-it-worked: b\nwhat-to-watch: c\n---\nText\n";
        node.post(
            "/api/v1/records", {{"file", file}, {"path", "a.md"}, {"authors", {"A. Teacher"}}}, 201
        );
        const auto segment = node.core.folder() / "store" / "segments" / "segment-00000000";
        const auto size = std::filesystem::file_size(segment);
        std::ofstream(segment, std::ios::binary) << std::string(size, 'x');
    }
    [[nodiscard]] bool is_over() const {
        return node.instruments.trace_text.str().find("store.looked-after") != std::string::npos;
    }
};

} // namespace

TEST_CASE("daily round: it goes in steps and puts what has rotted on record") {
    Rotten rotten;

    rotten.round.begin();
    rotten.node.core.settle();
    CHECK_FALSE(rotten.is_over());
    for (int i = 0; i < 20 && !rotten.is_over(); ++i) {
        rotten.io.restart();
        rotten.io.run_one_for(std::chrono::seconds(5));
        rotten.node.core.settle();
    }

    CHECK(rotten.is_over());
    CHECK_FALSE(rotten.node.core.store().load_image()->without_body.empty());
}

TEST_CASE("daily round: a stop ends it between two steps") {
    Rotten rotten;
    rotten.round.begin();
    rotten.node.core.settle();

    rotten.round.stop();
    rotten.io.run();
    rotten.node.core.settle();

    CHECK_FALSE(rotten.is_over());
}

} // namespace staffroom::runtime
