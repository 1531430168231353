#include "protocol/log/tree_range.hpp"
#include "storage/store/audit.hpp"
#include "storage/store/salvage.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/store_oracle.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::BodyState;
using tests::LogBuilder;
using tests::StoreOracle;
using tests::TornFileSystem;

namespace {

constexpr const char* folder = "/disk/store";
constexpr std::size_t entry_count = 700;

/// A store with one log of records, closed again.
void fill_store(FileSystem& files, LogBuilder& log, StoreOracle& oracle) {
    auto store = Store::open(files, folder);
    REQUIRE(store);
    for (std::size_t i = 0; i < entry_count; i += 100) {
        const auto batch = tests::batch_of(log.append(100));
        REQUIRE((*store)->commit(batch));
        oracle.apply(batch);
    }
}

/// Changes rows behind the store's back.
void change_rows(FileSystem& files, const std::function<void(RowBatch&)>& change) {
    auto database = Database::open(files, "/disk/store/index");
    REQUIRE(database);
    RowBatch batch;
    change(batch);
    REQUIRE((*database)->write(batch));
}

} // namespace

TEST_CASE("salvage: a good store comes through it unchanged", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);

    auto report = salvage(files, folder);

    REQUIRE(report);
    CHECK(report->logs == 1);
    CHECK(report->entries_kept == entry_count);
    CHECK(report->entries_lost == 0);
    CHECK(report->bodies_lost == 0);
    CHECK(report->rows_lost == 0);
    CHECK(report->set_aside == "/disk/store/index.damaged-1");
    auto store = Store::open(files, folder);
    REQUIRE(store);
    CHECK(oracle.difference(**store) == "");
}

TEST_CASE("salvage: an index without its manifest comes back whole", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    for (const std::string& path : files.files()) {
        if (path.find("MANIFEST") != std::string::npos)
            REQUIRE(files.remove(path));
    }
    CHECK(Store::open(files, folder).error().code == Errc::corrupt);

    auto opened = open_or_salvage(files, folder);

    REQUIRE(opened);
    REQUIRE(opened->salvaged);
    CHECK(opened->salvaged->entries_lost == 0);
    CHECK(oracle.difference(*opened->store) == "");
    const auto batch = tests::batch_of(log.append(10));
    REQUIRE(opened->store->commit(batch));
    oracle.apply(batch);
    CHECK(oracle.difference(*opened->store) == "");
}

TEST_CASE("salvage: a log with a hole is cut there and grows again", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    change_rows(files, [](RowBatch& batch) {
        batch.remove(entry_key({LogNumber{1}, Position{600}}).view());
    });
    SalvageOptions options;
    options.is_first_revision = [](ByteView) { return true; };

    auto report = salvage(files, folder, options);

    REQUIRE(report);
    CHECK(report->entries_kept == 600);
    CHECK(report->entries_lost == 100);
    auto store = Store::open(files, folder);
    REQUIRE(store);
    const auto image = (*store)->load_image();
    const replica::LogState& state = image->logs.at(0);
    CHECK(state.stored == LogSize{600});
    CHECK(state.frontier.end == LogSize{600});
    CHECK(state.right.hashes.empty());
    CHECK(state.documents == 600);
    CHECK(state.head.head.size == LogSize{entry_count});
    CHECK((*store)->load_chunk({log.id(), {0}, {600}, {600}, 600, 1U << 30U, true}));
    replica::LogState whole = log.state();
    auto again = LogBuilder({.seed = 1});
    static_cast<void>(again.append(600));
    const auto tail = tests::batch_of(again.append(100));
    REQUIRE((*store)->commit(tail));
    CHECK((*store)->load_image()->logs.at(0).frontier.end == whole.frontier.end);
}

TEST_CASE("salvage: a changed header is not kept, nor what follows it", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    change_rows(files, [](RowBatch& batch) {
        Bytes row;
        const Bytes forged(200, 7);
        encode_entry(row, {BodyState::none, {0, 0, 0}, forged});
        batch.put(entry_key({LogNumber{1}, Position{300}}).view(), row);
    });

    auto report = salvage(files, folder);

    REQUIRE(report);
    CHECK(report->entries_kept == 300);
    CHECK(report->entries_lost == entry_count - 300);
}

TEST_CASE("salvage: a damaged log row is replaced by its copy", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    change_rows(files, [&](RowBatch& batch) { batch.put(log_key(log.id()).view(), Bytes(99)); });
    CHECK(Store::open(files, folder).error().code == Errc::corrupt);

    auto opened = open_or_salvage(files, folder);

    REQUIRE(opened);
    CHECK(opened->salvaged->rows_lost == 1);
    CHECK(opened->salvaged->entries_lost == 0);
    CHECK(oracle.difference(*opened->store) == "");
}

TEST_CASE("salvage: a damaged body is on record as missing and can be filled", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    files.flip_bit("/disk/store/segments/segment-00000000", 8000);

    auto report = salvage(files, folder);

    REQUIRE(report);
    CHECK(report->bodies_lost == 1);
    CHECK(report->entries_lost == 0);
    auto store = Store::open(files, folder);
    const auto image = (*store)->load_image();
    REQUIRE(image->without_body.at(log.id()).size() == 1);
    CHECK(image->without_body.at(log.id()).begin()->second == BodyState::missing);
}

TEST_CASE("salvage: a body that can be read after all is here again", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    for (int i = 0; i < 2; ++i) {
        files.flip_bit("/disk/store/segments/segment-00000000", 8000);
        REQUIRE(salvage(files, folder));
    }

    auto store = Store::open(files, folder);

    REQUIRE(store);
    CHECK(oracle.difference(**store) == "");
}

TEST_CASE("salvage: without its index no segment is lost by the next write", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    const std::string segment = "/disk/store/segments/segment-00000000";
    const std::uint64_t bytes = files.bytes_of(segment);
    REQUIRE(remove_tree(files, "/disk/store/index"));

    auto opened = open_or_salvage(files, folder);

    REQUIRE(opened);
    CHECK(opened->salvaged);
    LogBuilder other({.seed = 2});
    REQUIRE(opened->store->commit(tests::batch_of(other.append(10))));
    REQUIRE(*files.exists(segment));
    CHECK(files.bytes_of(segment) == bytes);
    CHECK(audit(*opened->store)->bodies == 10);
}

TEST_CASE("salvage: a damaged copy of an operation keeps no node from its start", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1, .channel = log::Channel::governance});
    StoreOracle oracle;
    fill_store(files, log, oracle);
    const EntryAddress at{LogNumber{1}, Position{3}};
    change_rows(files, [&](RowBatch& batch) { batch.put(payload_key(at).view(), Bytes(20)); });

    auto opened = open_or_salvage(files, folder);

    REQUIRE(opened);
    CHECK_FALSE(opened->salvaged);
    CHECK(opened->image.governance.at(3).payload != nullptr);
    opened->store.reset();
    REQUIRE(salvage(files, folder));
    auto store = Store::open(files, folder);
    REQUIRE(store);
    CHECK((*store)->entries().payload_copy(at));
}

TEST_CASE("salvage: it can be cut off anywhere and done again", "[storage][faults]") {
    TornFileSystem original;
    LogBuilder log({.seed = 1, .body_bytes = 20});
    StoreOracle oracle;
    fill_store(original, log, oracle);
    bool was_reached = true;
    for (std::uint64_t at = 0; was_reached; ++at) {
        auto files = original.clone();
        files->fail_from(at, Errc::io_error);
        was_reached = !salvage(*files, folder);
        files->crash(at);

        auto opened = open_or_salvage(*files, folder);

        INFO("operation " << at << (opened ? "" : opened.error().detail));
        REQUIRE(opened);
        REQUIRE(oracle.difference(*opened->store) == "");
    }
}

} // namespace staffroom::storage
