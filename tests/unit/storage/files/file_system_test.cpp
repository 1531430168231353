#include "storage/files/file_system.hpp"
#include "storage/files/posix_files.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <filesystem>

using staffroom::as_view;
using staffroom::Bytes;
using staffroom::Errc;
using staffroom::to_bytes;
using staffroom::storage::FileSystem;
using staffroom::storage::OpenMode;
using staffroom::storage::PosixFileSystem;
using staffroom::tests::TornFileSystem;

namespace {

/// A folder of its own under the system's temporary one, removed at the end.
class TemporaryFolder {
public:
    TemporaryFolder()
        : path_(
              std::filesystem::temp_directory_path() /
              ("staffroom-files-" + std::to_string(::getpid()))
          ) {
        std::filesystem::create_directories(path_);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

Bytes text(std::string_view words) {
    return to_bytes(as_view(words));
}

void check_files(FileSystem& files, const std::string& directory) {
    const std::string path = directory + "/one";
    CHECK(files.open(path, OpenMode::read).error().code == Errc::not_found);
    CHECK(files.open(path, OpenMode::update).error().code == Errc::not_found);
    CHECK_FALSE(*files.exists(path));
    {
        auto file = files.open(path, OpenMode::append);
        REQUIRE(file);
        REQUIRE((*file)->append(text("hello ")));
        REQUIRE((*file)->append(text("school")));
        REQUIRE((*file)->overwrite_at(6, text("SCH")));
        CHECK((*file)->overwrite_at(10, text("too long")).error().code == Errc::out_of_range);
        REQUIRE((*file)->truncate(11));
        REQUIRE((*file)->append(text("!")));
        REQUIRE((*file)->sync());
        CHECK(*(*file)->size() == 12);
        Bytes out(4);
        CHECK(*(*file)->read_at(10, out) == 2);
        CHECK(*(*file)->read_at(50, out) == 0);
    }
    CHECK(*staffroom::storage::read_file(files, path, 100) == text("hello SCHoo!"));
    CHECK(staffroom::storage::read_file(files, path, 5).error().code == Errc::too_large);

    REQUIRE(staffroom::storage::replace_file(files, path, text("new")));
    CHECK(*staffroom::storage::read_file(files, path, 100) == text("new"));
    REQUIRE(staffroom::storage::replace_file_durably(files, path, text("newer")));
    CHECK(*staffroom::storage::read_file(files, path, 100) == text("newer"));
    REQUIRE(files.create_directory(directory + "/inner"));
    REQUIRE(files.create_directory(directory + "/inner"));
    REQUIRE(files.rename(path, directory + "/two"));
    REQUIRE(files.sync_directory(directory));
    CHECK(*files.list(directory) == std::vector<std::string>{"inner", "two"});
    REQUIRE(staffroom::storage::copy_files(files, directory, directory + "/inner"));
    CHECK(*files.list(directory + "/inner") == std::vector<std::string>{"two"});
    CHECK(files.list(directory + "/nowhere").error().code == Errc::not_found);
    CHECK(files.remove(directory + "/nowhere").error().code == Errc::not_found);

    auto lock = files.lock(directory + "/lock");
    REQUIRE(lock);
    CHECK(files.lock(directory + "/lock").error().code == Errc::in_use);
    lock->reset();
    CHECK(files.lock(directory + "/lock"));
    REQUIRE(staffroom::storage::remove_tree(files, directory + "/inner"));
    CHECK(*files.list(directory) == std::vector<std::string>{"lock", "two"});
}

} // namespace

TEST_CASE("posix files: every operation does what the interface says", "[storage]") {
    const TemporaryFolder folder;
    PosixFileSystem files;

    check_files(files, folder.path());
}

TEST_CASE("torn files: every operation does what the interface says", "[storage]") {
    TornFileSystem files;

    check_files(files, "/disk");
}

TEST_CASE("torn files: a crash keeps synced bytes and names and may drop all others", "[storage]") {
    bool lost_bytes = false;
    bool lost_name = false;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        TornFileSystem files;
        auto file = files.open("/disk/kept", OpenMode::append);
        REQUIRE((*file)->append(text("synced")));
        REQUIRE((*file)->sync());
        REQUIRE(files.sync_directory("/disk"));
        REQUIRE((*file)->append(text("unsynced")));
        REQUIRE(files.open("/disk/unnamed", OpenMode::create));

        files.crash(seed);

        const Bytes content = *staffroom::storage::read_file(files, "/disk/kept", 100);
        REQUIRE(content.size() >= 6);
        CHECK(Bytes(content.begin(), content.begin() + 6) == text("synced"));
        CHECK_FALSE((*file)->append(text("dead")));
        lost_bytes = lost_bytes || content.size() < 14;
        lost_name = lost_name || !*files.exists("/disk/unnamed");
    }
    CHECK(lost_bytes);
    CHECK(lost_name);
}

TEST_CASE("torn files: the operation that was named fails, and no other", "[storage]") {
    TornFileSystem files;
    auto file = files.open("/disk/one", OpenMode::append);

    files.fail_once(files.operations() + 1, Errc::disk_full);

    CHECK((*file)->append(text("a")));
    CHECK((*file)->append(text("bcde")).error().code == Errc::disk_full);
    CHECK((*file)->append(text("f")));
    CHECK(*staffroom::storage::read_file(files, "/disk/one", 100) == text("abcf"));
}
