// The neighbours for which a node looks anything up: the loads that it asks for show it. [S6]
#include "tests/support/network/file_scene.hpp"

#include <catch2/catch.hpp>

namespace staffroom::replica {
namespace {

using tests::FileScene;

void ask_for_all(FileScene& scene, const LogId& log) {
    const wire::Want want{++scene.streams, log, LogSize{0}, LogSize{10}, LogSize{10}, 8};
    REQUIRE(scene.parts->server.want(scene.link(), want));
    REQUIRE(scene.parts->server.want_bodies(scene.link(), {log, {Position{3}}}));
}

} // namespace

TEST_CASE("server: chunks and bodies are looked up for members alone", "[replica]") {
    FileScene scene;

    SECTION("a member's questions are answered") {
        ask_for_all(scene, *scene.log);
        CHECK(scene.taken<Load>().size() == 2);
    }
    SECTION("who is no member gets nothing looked up") {
        scene.link().space(log::space_of(*scene.network))->remote_is_member = false;
        ask_for_all(scene, *scene.log);
        CHECK(scene.taken<Load>().empty());
    }
    SECTION("nor does anybody from our own space") {
        ask_for_all(scene, scene.add_log(log::school_space(scene.parts->context.school)));
        CHECK(scene.taken<Load>().empty());
    }
}

} // namespace staffroom::replica
