#include "storage/database/core_rows.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::RowKind;
using tests::TornFileSystem;

namespace {

constexpr const char* path = "/disk/rows";

void put(Database& database, RowKind kind, const Bytes& key, Bytes value) {
    const Bytes row_key = opaque_key(kind, key);
    seal_row(row_key, value);
    RowBatch batch;
    batch.put(row_key, value);
    REQUIRE(database.write(batch));
}

} // namespace

TEST_CASE("core rows: what no neighbour can give back is copied, and nothing else", "[storage]") {
    TornFileSystem files;
    auto database = Database::open(files, "/disk/index");
    put(**database, RowKind::genesis, {1}, {2, 3});
    put(**database, RowKind::own, {}, {4});
    put(**database, RowKind::withheld, {7}, {8, 1}); // nobody else knows what was deleted here
    put(**database, RowKind::notice, {5}, {6});

    REQUIRE(copy_core_rows(files, path, **database));

    const auto rows = read_core_rows(files, path);
    REQUIRE(rows);
    REQUIRE(rows->size() == 3);
    CHECK((*rows)[2].kind == RowKind::withheld);
    CHECK((*rows)[0].kind == RowKind::genesis);
    CHECK((*rows)[0].key == Bytes{1});
    CHECK((*rows)[0].value == Bytes{2, 3});
    CHECK((*rows)[1].kind == RowKind::own);
    const std::uint64_t operations = files.operations();
    REQUIRE(copy_core_rows(files, path, **database));
    CHECK(files.operations() == operations);
}

TEST_CASE("core rows: a copy survives a power cut, and damage to it is noticed", "[storage]") {
    TornFileSystem files;
    auto database = Database::open(files, "/disk/index");
    put(**database, RowKind::genesis, {1}, {2, 3});
    REQUIRE(copy_core_rows(files, path, **database));
    database->reset();

    files.crash(1);

    REQUIRE(read_core_rows(files, path));
    for (std::uint64_t bit = 0; bit < files.bytes_of(path) * 8; ++bit) {
        auto damaged = files.clone();
        damaged->flip_bit(path, bit);
        REQUIRE(read_core_rows(*damaged, path).error().code == Errc::corrupt);
    }
    CHECK(read_core_rows(files, "/disk/none").error().code == Errc::not_found);
}

} // namespace staffroom::storage
