#include "storage/files/overlay_files.hpp"
#include "storage/files/posix_files.hpp"
#include "storage/store/store.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace storage = staffroom::storage;
using staffroom::as_view;
using staffroom::Errc;
using storage::OpenMode;

namespace {

struct Disk : staffroom::tests::TempFolder {
    Disk()
        : TempFolder("overlay") {
        write("a", "abcdef");
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path() / name).string();
    }
    [[nodiscard]] std::string on_disk(const std::string& name) const {
        std::ifstream in(file(name));
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::string seen(const std::string& name) {
        auto bytes = storage::read_file(overlay, file(name), 1000);
        return bytes ? std::string(staffroom::as_text(*bytes))
                     : std::string(staffroom::errc_name(bytes.error().code));
    }

    storage::PosixFileSystem below;
    storage::OverlayFileSystem overlay{below};
};

} // namespace

TEST_CASE("overlay: every change is seen above and nothing of it lies below", "[storage]") {
    Disk disk;
    {
        auto file = disk.overlay.open(disk.file("a"), OpenMode::update);
        REQUIRE(file);
        REQUIRE((*file)->truncate(4));
        REQUIRE((*file)->append(as_view("XYZ")));
        REQUIRE((*file)->overwrite_at(5, as_view("y")));
        CHECK((*file)->overwrite_at(3, as_view("d")).error().code == Errc::disk_full);
        CHECK((*file)->overwrite_at(7, as_view("d")).error().code == Errc::out_of_range);
        CHECK(*(*file)->size() == 7);
        REQUIRE((*file)->truncate(6));
    }
    CHECK(disk.seen("a") == "abcdXy");
    REQUIRE(storage::replace_file(disk.overlay, disk.file("new"), as_view("n")));
    REQUIRE(disk.overlay.rename(disk.file("a"), disk.file("b")));
    CHECK(disk.seen("a") == "not_found");
    CHECK(disk.seen("b") == "abcdXy");
    CHECK(*disk.overlay.list(disk.path().string()) == std::vector<std::string>{"b", "new"});
    REQUIRE(disk.overlay.remove(disk.file("b")));
    CHECK_FALSE(*disk.overlay.exists(disk.file("b")));
    REQUIRE(disk.overlay.create_directory(disk.file("folder")));
    CHECK(disk.overlay.list(disk.file("folder"))->empty());
    {
        auto file = disk.overlay.open(disk.file("b"), OpenMode::create);
        REQUIRE(file);
        CHECK(*(*file)->size() == 0);
    }

    CHECK(disk.on_disk("a") == "abcdef");
    CHECK(*disk.below.list(disk.path().string()) == std::vector<std::string>{"a"});
}

TEST_CASE("overlay: a store is written above a disk that stays as it was", "[storage]") {
    Disk disk;
    const std::string folder = disk.file("store");
    const auto state = [&] {
        std::vector<std::pair<std::string, std::uintmax_t>> all;
        for (const auto& each : std::filesystem::recursive_directory_iterator(folder))
            if (each.is_regular_file())
                all.emplace_back(each.path().string(), each.file_size());
        std::sort(all.begin(), all.end());
        return all;
    };
    const staffroom::Bytes key{1};
    const staffroom::Bytes value{2};
    staffroom::replica::StoreBatch batch;
    batch.rows.push_back({staffroom::replica::RowKind::own, key, value});
    {
        auto store = storage::Store::open(disk.below, folder);
        REQUIRE(store);
        REQUIRE((*store)->commit(batch));
    }
    const auto before = state();

    auto store = storage::Store::open(disk.overlay, folder);
    REQUIRE(store);
    CHECK(*(*store)->row(staffroom::replica::RowKind::own, key) == value);
    CHECK((*store)->commit(batch));
    store->reset();

    CHECK(state() == before);
}
