#include "storage/audit.hpp"
#include "tests/support/store_builder.hpp"
#include "tests/support/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::BodyState;
using tests::LogBuilder;
using tests::TornFileSystem;

namespace {

constexpr const char* folder = "/disk/store";

void change_rows(FileSystem& files, const std::function<void(RowBatch&)>& change) {
    auto database = Database::open(files, "/disk/store/index");
    REQUIRE(database);
    RowBatch batch;
    change(batch);
    REQUIRE((*database)->write(batch));
}

std::unique_ptr<Store> filled(FileSystem& files, LogBuilder& log, std::size_t count) {
    auto store = Store::open(files, folder);
    REQUIRE(store);
    REQUIRE((*store)->commit(tests::batch_of(log.append(count))));
    return std::move(*store);
}

} // namespace

TEST_CASE("audit: a good store has no damage", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    const auto store = filled(files, log, 600);

    auto report = audit(*store);

    REQUIRE(report);
    CHECK(report->logs == 1);
    CHECK(report->entries == 600);
    CHECK(report->bodies == 600);
    CHECK(report->damaged_count == 0);
}

TEST_CASE("audit: a damaged body is named, recorded as missing and can be filled", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = filled(files, log, 20);
    files.flip_bit("/disk/store/segments/segment-00000000", 0);

    auto report = audit(*store);

    REQUIRE(report);
    REQUIRE(report->damaged_count == 1);
    CHECK(report->damaged[0].damage == Damage::body);
    CHECK(report->damaged[0].position == Position{0});
    CHECK(store->load_image()->without_body.at(log.id()).at(Position{0}) == BodyState::missing);
    CHECK(audit(*store)->damaged_count == 0);
    Bytes header;
    REQUIRE(store->for_each_entry(log.id(), Position{0}, [&](const auto& entry) -> Result<bool> {
        header = to_bytes(entry.row.header);
        return false;
    }));
    replica::StoreBatch fill;
    fill.bodies.push_back({log.id(), Position{0}, revision_of(header), log.make_body()});
    REQUIRE(store->commit(fill));
    CHECK(store->load_image()->without_body.empty());
    CHECK(audit(*store)->bodies == 20);
}

TEST_CASE("audit: a body that does not fit its commitment is damaged", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    const auto store = filled(files, log, 5);
    std::size_t asked = 0;
    AuditOptions options;
    options.fits_commitment = [&](ByteView, const replica::BodyBytes&) { return ++asked != 3; };

    auto report = audit(*store, options);

    REQUIRE(report);
    REQUIRE(report->damaged_count == 1);
    CHECK(report->damaged[0].position == Position{2});
}

TEST_CASE("audit: a changed header and a changed subtree are named", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    filled(files, log, 300).reset();
    change_rows(files, [](RowBatch& batch) {
        Bytes row;
        encode_entry(row, {BodyState::none, {0, 0, 0}, Bytes(9)});
        batch.put(entry_key({LogNumber{1}, Position{7}}).view(), row);
    });
    auto store = Store::open(files, folder);

    auto report = audit(**store);

    REQUIRE(report);
    REQUIRE(report->damaged_count == 4);
    CHECK(report->damaged[0].damage == Damage::revision);
    CHECK(report->damaged[0].position == Position{7});
    CHECK(report->damaged[1].damage == Damage::tree);
    CHECK(report->damaged[2].damage == Damage::head);
    CHECK(report->damaged[3].damage == Damage::tree);
}

TEST_CASE("audit: a hole in a log is named", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    filled(files, log, 30).reset();
    change_rows(files, [](RowBatch& batch) {
        batch.remove(entry_key({LogNumber{1}, Position{12}}).view());
    });
    auto store = Store::open(files, folder);

    auto report = audit(**store);

    REQUIRE(report);
    REQUIRE(report->damaged_count == 1);
    CHECK(report->damaged[0].damage == Damage::entries);
    CHECK(report->damaged[0].position == Position{12});
}

} // namespace staffroom::storage
