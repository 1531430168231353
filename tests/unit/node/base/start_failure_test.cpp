#include "node/base/start_failure.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace staffroom::node {

TEST_CASE("start failure: a folder without a school names init and ends with 78", "[start]") {
    const auto failure =
        explain_start_failure(StartStep::folder, Error{Errc::not_found, ""}, "here");

    CHECK(failure.sentence == "here holds no school yet.");
    CHECK(failure.next.find("staffroom --data here init") != std::string::npos);
    CHECK(failure.exit_code == 78);
}

TEST_CASE("start failure: half a restored school is named as one, with its command", "[start]") {
    const tests::TempFolder folder("start");
    std::filesystem::create_directories(folder.path());
    std::ofstream(folder.path() / "restoring") << std::string(52, 'a') + "\n/mnt/backups\n";

    const auto failure = explain_start_failure(
        StartStep::folder, Error{Errc::not_found, ""}, folder.path().string()
    );

    CHECK(failure.sentence.find("broken off") != std::string::npos);
    CHECK(failure.next.find("backup restore /mnt/backups --to") != std::string::npos);
    CHECK(failure.next.find("init") == std::string::npos);
    CHECK(failure.exit_code == 78);
}

TEST_CASE(
    "start failure: each trouble of the start has a sentence and a step of its own", "[start]"
) {
    struct Case {
        StartStep step;
        Error error;
        std::string part;
        int exit_code;
    };
    const std::vector<Case> cases{
        {StartStep::folder, {Errc::unknown_version, ""}, "newer version of Staffroom", 78},
        {StartStep::folder, {Errc::not_allowed, "d belongs to root."}, "belongs to root", 78},
        {StartStep::folder, {Errc::corrupt, "keys are damaged."}, "keys are damaged", 78},
        {StartStep::folder, {Errc::disk_full, "no room."}, "no room", 1},
        {StartStep::folder,
         {Errc::io_error, "d lies on a disk that can only be read."},
         "only be read",
         1},
        {StartStep::settings,
         {Errc::bad_configuration, "staffroom.toml:3:1: no such key"},
         ":3:1",
         78},
        {StartStep::store, {Errc::in_use, ""}, "in use by another process", 1},
        {StartStep::store, {Errc::unknown_version, ""}, "newer version of Staffroom", 78},
        {StartStep::store, {Errc::corrupt, ""}, "cannot be opened", 1},
        {StartStep::store, {Errc::disk_full, "no space left"}, "no space left.", 1},
        {StartStep::listen, {Errc::in_use, "127.0.0.1:7420"}, "node.listen is in use", 1},
        {StartStep::web, {Errc::in_use, "127.0.0.1:7480"}, "node.web is in use", 1},
        {StartStep::web,
         {Errc::bad_configuration, "192.0.2.1:1"},
         "cannot listen at the address of node.web",
         78},
        {StartStep::api, {Errc::io_error, "no right"}, "api.sock", 1},
    };

    for (const Case& each : cases) {
        const auto failure = explain_start_failure(each.step, each.error, "d");
        INFO(failure.sentence);
        CHECK(failure.sentence.find(each.part) != std::string::npos);
        CHECK(failure.sentence.ends_with('.'));
        CHECK(failure.next.ends_with('.'));
        CHECK(failure.exit_code == each.exit_code);
    }
}

} // namespace staffroom::node
