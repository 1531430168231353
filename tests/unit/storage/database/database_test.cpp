#include "storage/database/database.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace staffroom::storage {

using tests::TornFileSystem;

namespace {

ByteView key(std::string_view text) {
    return as_view(text);
}

Result<void> put(Database& database, std::string_view row_key, std::string_view value) {
    RowBatch batch;
    batch.put(as_view(row_key), as_view(value));
    return database.write(batch);
}

} // namespace

TEST_CASE("database: rows read back, also after opening again", "[storage]") {
    TornFileSystem files;
    {
        auto database = Database::open(files, "/disk/index");
        REQUIRE(database);
        REQUIRE(put(**database, "a1", "one"));
        REQUIRE(put(**database, "a2", "two"));
        REQUIRE(put(**database, "b1", "three"));
    }
    auto database = Database::open(files, "/disk/index");
    REQUIRE(database);

    CHECK(*(*database)->get(key("a1")) == "one");
    CHECK((*database)->get(key("a3")).error().code == Errc::not_found);
    CHECK(*(*database)->has(key("b1")));
    std::string seen;
    REQUIRE((*database)
                ->for_each(key("a"), key("a"), [&](ByteView, ByteView value) -> Result<bool> {
                    seen += as_text(value);
                    return true;
                }));
    CHECK(seen == "onetwo");
}

TEST_CASE("database: a second opening of one folder is refused as in use", "[storage]") {
    TornFileSystem files;
    auto first = Database::open(files, "/disk/index");
    REQUIRE(first);

    CHECK(Database::open(files, "/disk/index").error().code == Errc::in_use);
}

TEST_CASE("database: after a failed write nothing is written until it was reopened", "[storage]") {
    TornFileSystem files;
    auto database = Database::open(files, "/disk/index");
    REQUIRE(put(**database, "a", "before"));

    for (const std::uint64_t operation : {0U, 1U}) {
        files.fail_once(files.operations() + operation, Errc::disk_full);
        CHECK(put(**database, "a", "failed").error().code == Errc::disk_full);
        CHECK(put(**database, "a", "refused").error().code == Errc::io_error);
        CHECK((*database)->needs_reopen());
        CHECK(*(*database)->get(key("a")) == "before");

        REQUIRE((*database)->reopen());

        CHECK(*(*database)->get(key("a")) == "before");
    }
    REQUIRE(put(**database, "a", "after"));
    CHECK(*(*database)->get(key("a")) == "after");
}

TEST_CASE("database: a full disk ends writing, not reading", "[storage]") {
    TornFileSystem files;
    auto database = Database::open(files, "/disk/index");
    REQUIRE(put(**database, "a", "before"));

    files.fail_from(files.operations(), Errc::disk_full);

    CHECK(put(**database, "a", "failed").error().code == Errc::disk_full);
    CHECK((*database)->reopen().error().code == Errc::disk_full);
    CHECK(*(*database)->get(key("a")) == "before");
    files.heal();
    REQUIRE((*database)->reopen());
    CHECK(put(**database, "a", "after"));
}

TEST_CASE("database: a folder that lost its CURRENT file is corrupt, not new", "[storage]") {
    TornFileSystem files;
    {
        auto database = Database::open(files, "/disk/index");
        REQUIRE(put(**database, "a", "word"));
    }
    REQUIRE(files.remove("/disk/index/CURRENT"));

    CHECK(Database::open(files, "/disk/index").error().code == Errc::corrupt);
    REQUIRE(Database::repair(files, "/disk/index"));
    auto database = Database::open(files, "/disk/index");
    REQUIRE(database);
    CHECK(*(*database)->get(key("a")) == "word");
}

TEST_CASE("database: one changed bit of a table is found or changes no row", "[storage]") {
    constexpr int rows = 400;
    TornFileSystem files;
    DatabaseOptions options;
    options.write_buffer_bytes = 64UL * 1024; // the least that LevelDB takes
    {
        auto database = Database::open(files, "/disk/index", options);
        REQUIRE(database);
        for (int i = 0; i < rows; ++i)
            REQUIRE(put(**database, "row" + std::to_string(i), std::string(300, 'v')));
        (*database)->wait_idle();
    }
    options.paranoid = false; // as salvage opens a copy

    std::size_t found = 0;
    std::size_t passed = 0;
    for (const std::string& path : files.files()) {
        if (!path.ends_with(".ldb"))
            continue;
        for (std::uint64_t i = 0; i < files.bytes_of(path); i += 7) {
            CAPTURE(path, i);
            const auto copy = files.clone();
            copy->flip_bit(path, i * 8 + i % 8);
            auto database = Database::open(*copy, "/disk/index", options);
            if (!database) {
                REQUIRE(database.error().code == Errc::corrupt);
                ++found;
                continue;
            }
            ++passed;
            for (int row = 0; row < rows; ++row)
                REQUIRE((*database)->has(key("row" + std::to_string(row))).value_or(false));
        }
    }
    CHECK(found > 1000);
    CHECK(passed < found / 8); // filters, which only spare a reading, and padding
}

TEST_CASE("database: compactions run on the adapter's worker and can be waited for", "[storage]") {
    TornFileSystem files;
    DatabaseOptions options;
    options.write_buffer_bytes = 64UL * 1024;
    auto database = Database::open(files, "/disk/index", options);
    REQUIRE(database);
    const std::string value(5000, 'x');

    for (int i = 0; i < 200; ++i)
        REQUIRE(put(**database, "key" + std::to_string(i), value + std::to_string(i)));
    (*database)->wait_idle();

    const auto names = files.files();
    CHECK(std::count_if(names.begin(), names.end(), [](const std::string& name) {
              return name.ends_with(".ldb");
          }) > 0);
    for (int i = 0; i < 200; ++i)
        CHECK(*(*database)->get(key("key" + std::to_string(i))) == value + std::to_string(i));
}

TEST_CASE("database: threads read while one writes and reopens", "[storage]") {
    TornFileSystem files;
    auto database = Database::open(files, "/disk/index");
    REQUIRE(put(**database, "a", "word"));
    std::atomic<bool> is_over = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        while (!is_over)
            wrong += (*database)->get(key("a")).value_or("") != "word";
    });

    for (int i = 0; i < 50; ++i) {
        (*database)->wait_idle(); // or the failure would meet a compaction and not the write
        files.fail_once(files.operations(), Errc::io_error);
        static_cast<void>(put(**database, "a", "lost"));
        static_cast<void>((*database)->reopen());
    }
    is_over = true;
    reader.join();

    CHECK(wrong == 0);
}

TEST_CASE("env adapter: failures keep their code on the way through LevelDB", "[storage]") {
    for (const Errc code : {Errc::disk_full, Errc::in_use, Errc::io_error, Errc::not_found})
        CHECK(to_error(to_status(Error{code, "the words of the system"})).code == code);
    CHECK(to_error(leveldb::Status::Corruption("x")).code == Errc::corrupt);
}

} // namespace staffroom::storage
