#include "node/base/run_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace staffroom::runtime {
namespace {

namespace fs = std::filesystem;

/// A folder that goes with the test.
struct TemporaryFolder {
    TemporaryFolder() {
        std::string name = (fs::temp_directory_path() / "staffroom-run-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder() { fs::remove_all(path); }
    fs::path path;
};

} // namespace

TEST_CASE("run folder: one data folder has one, a copy of it elsewhere another", "[run_folder]") {
    const TemporaryFolder temporary;
    const fs::path run = temporary.path / "run";
    fs::create_directory(temporary.path / "data");
    fs::create_directory(temporary.path / "copy");
    fs::create_symlink(temporary.path / "data", temporary.path / "alias");

    const auto first = open_run_folder({run}, temporary.path / "data");
    const auto again = open_run_folder({run}, temporary.path / "alias");
    const auto copy = open_run_folder({run}, temporary.path / "copy");

    REQUIRE(first);
    CHECK(fs::is_directory(*first));
    CHECK(first->parent_path() == run);
    CHECK(first == again);
    CHECK(first != copy);
}

TEST_CASE("run folder: a folder that others may write to is passed over", "[run_folder]") {
    const TemporaryFolder temporary;
    const fs::path shared = temporary.path / "shared";
    const fs::path linked = temporary.path / "linked";
    const fs::path own = temporary.path / "own";
    fs::create_directory(shared);
    REQUIRE(::chmod(shared.c_str(), 0777) == 0);
    fs::create_symlink(temporary.path, linked);

    const auto chosen =
        open_run_folder({shared, linked, temporary.path / "no" / "way", own}, temporary.path);
    const auto none = open_run_folder({shared, linked}, temporary.path);

    REQUIRE(chosen);
    CHECK(chosen->parent_path() == own);
    CHECK_FALSE(none);
}

} // namespace staffroom::runtime
