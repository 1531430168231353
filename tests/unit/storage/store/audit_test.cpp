#include "storage/store/audit.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"
#include "tests/support/store/unsteady_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::BodyState;
using tests::LogBuilder;
using tests::TornFileSystem;
using tests::UnsteadyFileSystem;

namespace {

constexpr const char* folder = "/disk/store";
constexpr const char* segment = "/disk/store/segments/segment-00000000";

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
    CHECK(report->damaged.size() == 0);
}

TEST_CASE("audit: a damaged body is named, recorded as missing and can be filled", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = filled(files, log, 20);
    files.flip_bit("/disk/store/segments/segment-00000000", 0);

    auto report = audit(*store);

    REQUIRE(report);
    REQUIRE(report->damaged.size() == 1);
    CHECK(report->damaged[0].damage == Damage::body);
    CHECK(report->damaged[0].position == Position{0});
    CHECK(store->load_image()->without_body.at(log.id()).at(Position{0}) == BodyState::missing);
    // A second look does not take it for whole: it has not come again.
    CHECK(audit(*store)->damaged.size() == 1);
    CHECK(store->damaged_bodies()->size() == 1);
    CHECK(store->is_damaged({log.id(), Position{0}}));
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
    CHECK(audit(*store)->damaged.empty());
    CHECK(store->damaged_bodies()->empty());
}

TEST_CASE("audit: a body that does not fit its commitment is damaged", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    const auto store = filled(files, log, 5);
    std::size_t asked = 0;
    AuditOptions options;
    options.fits_commitment = [&](ByteView, const replica::BodyBytes&) {
        return ++asked != 3 && asked != 4;
    };

    auto report = audit(*store, options);

    REQUIRE(report);
    REQUIRE(report->damaged.size() == 1);
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
    REQUIRE(report->damaged.size() == 4);
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
    REQUIRE(report->damaged.size() == 1);
    CHECK(report->damaged[0].damage == Damage::entries);
    CHECK(report->damaged[0].position == Position{12});
}

TEST_CASE("audit: a body that is misread once is good", "[storage]") {
    TornFileSystem disk;
    UnsteadyFileSystem files(disk);
    LogBuilder log({.seed = 1});
    auto store = filled(files, log, 20);
    files.on_read = tests::misread_once("segment-");

    const auto report = audit(*store);

    REQUIRE(report);
    CHECK(report->damaged.empty());
    CHECK(report->bodies == 20);
}

TEST_CASE("audit: a body that can be read after all is here again", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = filled(files, log, 20);
    files.flip_bit(segment, 0);
    REQUIRE(audit(*store)->damaged.size() == 1);
    REQUIRE(store->load_image()->without_body.size() == 1);
    files.flip_bit(segment, 0);

    const auto report = audit(*store);

    REQUIRE(report);
    CHECK(report->bodies == 20);
    REQUIRE(report->found.size() == 1);
    CHECK(report->found[0].position == Position{0});
    CHECK(store->load_image()->without_body.empty());
    const auto chunk = store->load_chunk({log.id(), {0}, {20}, {20}, 20, 1U << 30U, true});
    REQUIRE(chunk);
    CHECK(chunk->entries[0].state == BodyState::have);
}

TEST_CASE("audit: each of 1,100 damaged bodies is reported", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    filled(files, log, 1100).reset();
    REQUIRE(files.remove(segment));
    auto store = Store::open(files, folder);
    REQUIRE(store);

    const auto report = audit(**store);

    REQUIRE(report);
    CHECK(report->damaged.size() == 1100);
    CHECK(report->damaged.back().position == Position{1099});
}

TEST_CASE("audit: in small steps it finds what it finds at once", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = filled(files, log, 700);
    files.flip_bit(segment, 0);
    Audit steps(*store);
    std::size_t count = 0;
    Result<bool> is_done{false};

    while (is_done && !*is_done) {
        is_done = steps.step(50'000);
        ++count;
    }

    REQUIRE(is_done);
    CHECK(count > 50);
    CHECK(steps.report().logs == 1);
    CHECK(steps.report().entries == 700);
    CHECK(steps.report().bodies == 699);
    CHECK(steps.report().damaged.size() == 1);
    CHECK_FALSE(steps.report().needs_salvage);
}

TEST_CASE("audit: a bad sector is damage of what lies there only", "[storage]") {
    TornFileSystem disk;
    UnsteadyFileSystem files(disk);
    LogBuilder log({.seed = 1});
    auto store = filled(files, log, 20);
    files.on_read = tests::bad_sector("segment-", 5);

    const auto report = audit(*store);

    REQUIRE(report);
    REQUIRE(report->damaged.size() == 1);
    CHECK(report->damaged[0].position == Position{0});
    CHECK(report->bodies == 19);
}

TEST_CASE("audit: an operation is given from its copy, and filled from it", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1, .channel = log::Channel::governance});
    auto store = filled(files, log, 3);
    const replica::LoadChunk ask{log.id(), {0}, {3}, {3}, 3, 1U << 30U, true};
    const Bytes payload = *store->load_chunk(ask)->entries[0].body.encoded;
    files.flip_bit(segment, 0);

    const auto chunk = store->load_chunk(ask);
    const auto bodies = store->load_bodies({log.id(), {{0}}});
    const auto report = audit(*store);

    REQUIRE(chunk);
    CHECK(chunk->entries[0].state == BodyState::have);
    CHECK(*chunk->entries[0].body.encoded == payload);
    REQUIRE(bodies);
    CHECK(bodies->entries[0].state == BodyState::have);
    REQUIRE(report);
    CHECK(report->damaged.size() == 1);
    CHECK(audit(*store)->bodies == 3);
    CHECK(store->load_image()->without_body.empty());
}

} // namespace staffroom::storage
