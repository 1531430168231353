// A folder in which strangers may write: nothing in it leads out, and nothing in it hangs.
#include "storage/files/fenced_files.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace staffroom::storage {
namespace {

namespace fs = std::filesystem;

/// A fence with an outside beside it, in which one file lies.
struct Fence {
    Fence()
        : place("fence")
        , inside(place.path() / "inside")
        , outside(place.path() / "outside") {
        fs::create_directories(inside);
        fs::create_directories(outside);
        write(outside / "words", "of the school");
        files = *FencedFileSystem::open_folder(inside.string());
    }
    static void write(const fs::path& path, const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
    }
    [[nodiscard]] bool is_outside_whole() const {
        std::ifstream file(outside / "words", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        const auto count = std::distance(fs::directory_iterator(outside), {});
        return text == "of the school" && count == 1;
    }

    tests::TempFolder place;
    fs::path inside;
    fs::path outside;
    std::unique_ptr<FencedFileSystem> files{};
};

} // namespace

TEST_CASE("fenced files: what is written is there, for others too", "[fence]") {
    Fence fence;
    REQUIRE(fence.files->create_directory("parts"));
    REQUIRE(fence.files->create_directory("parts"));
    REQUIRE(replace_file_durably(*fence.files, "parts/one", as_view("a word")));
    REQUIRE(replace_file_durably(*fence.files, "top", as_view("words")));
    REQUIRE(fence.files->rename("parts/one", "parts/two"));

    CHECK(as_text(*read_file(*fence.files, "parts/two", 100)) == "a word");
    CHECK(*fence.files->list(".") == std::vector<std::string>{"parts", "top"});
    CHECK(*fence.files->list("parts") == std::vector<std::string>{"two"});
    CHECK(*fence.files->exists("parts/two"));
    CHECK_FALSE(*fence.files->exists("parts/one"));
    CHECK_FALSE(*fence.files->exists("nowhere/one"));
    CHECK(fs::file_size(fence.inside / "parts" / "two") == 6);
    CHECK(fence.files->open("parts/one", OpenMode::read).error().code == Errc::not_found);
    REQUIRE(fence.files->remove("parts/two"));
    REQUIRE(fence.files->remove_directory("parts"));
    CHECK(fence.files->list("parts").error().code == Errc::not_found);
    const auto lock = fence.files->lock("lock");
    REQUIRE(lock);
    CHECK(fence.files->lock("lock").error().code == Errc::in_use);
    CHECK(
        FencedFileSystem::open_folder(fence.inside.string() + "/no").error().code == Errc::not_found
    );
}

TEST_CASE("fenced files: no link leads out", "[fence]") {
    Fence fence;
    fs::create_symlink(fence.outside, fence.inside / "folder");
    fs::create_symlink(fence.outside / "words", fence.inside / "file");
    fs::create_symlink(fence.outside / "new", fence.inside / "dangling");
    fs::create_directories(fence.inside / "real");
    fs::create_symlink("../../outside", fence.inside / "real" / "deep");

    for (const char* path : {"folder/words", "file", "real/deep/words", "../outside/words"}) {
        INFO(path);
        CHECK_FALSE(fence.files->open(path, OpenMode::read));
        CHECK_FALSE(fence.files->open(path, OpenMode::update));
        CHECK_FALSE(fence.files->open(path, OpenMode::append));
        CHECK_FALSE(fence.files->lock(path));
    }
    CHECK_FALSE(fence.files->lock("dangling"));
    for (const char* folder : {"folder", "real/deep", "..", "../outside", ""}) {
        INFO(folder);
        CHECK_FALSE(fence.files->list(folder));
        CHECK_FALSE(fence.files->sync_directory(folder));
        const std::string below = std::string(folder) + "/words";
        CHECK_FALSE(fence.files->open(std::string(folder) + "/new", OpenMode::create));
        CHECK_FALSE(fence.files->create_directory(std::string(folder) + "/new"));
        CHECK_FALSE(fence.files->remove(below));
        CHECK_FALSE(fence.files->rename(below, "real/mine"));
        CHECK_FALSE(fence.files->rename("file", below));
    }
    CHECK(fence.is_outside_whole());

    // The name itself may go, and be written anew: then it is a file.
    REQUIRE(fence.files->remove("dangling"));
    REQUIRE(replace_file(*fence.files, "file", as_view("mine")));
    CHECK(fs::is_regular_file(fs::symlink_status(fence.inside / "file")));
    CHECK(fence.is_outside_whole());
}

TEST_CASE("fenced files: a second name of a file is not written through", "[fence]") {
    Fence fence;
    fs::create_hard_link(fence.outside / "words", fence.inside / "begun");
    const auto file = fence.files->open("begun", OpenMode::create);
    REQUIRE(file);
    REQUIRE((*file)->append(as_view("a part")));
    CHECK(fence.is_outside_whole());
}

TEST_CASE("fenced files: nothing but a plain file is read, and no queue is waited for", "[fence]") {
    Fence fence;
    REQUIRE(::mkfifo((fence.inside / "queue").c_str(), 0600) == 0);
    fs::create_directories(fence.inside / "folder");
    for (const char* path : {"queue", "folder"}) {
        CHECK(fence.files->open(path, OpenMode::read).error().code == Errc::io_error);
        CHECK_FALSE(fence.files->lock(path));
    }
    CHECK_FALSE(fence.files->open("folder", OpenMode::create));
    CHECK(fence.files->open("queue", OpenMode::create).has_value());
}

// A share is unmounted while the node writes: what follows does not go onto the disk below.
TEST_CASE("fenced files: the folder stays the one that was opened", "[fence]") {
    Fence fence;
    fs::rename(fence.inside, fence.place.path() / "moved");
    fs::create_directories(fence.inside);
    REQUIRE(replace_file(*fence.files, "mine", as_view("words")));
    CHECK(fs::is_empty(fence.inside));
    CHECK(fs::exists(fence.place.path() / "moved" / "mine"));
}

} // namespace staffroom::storage
