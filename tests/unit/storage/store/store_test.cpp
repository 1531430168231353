#include "protocol/base/text.hpp"
#include "protocol/log/tree_range.hpp"
#include "storage/store/store.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/store_oracle.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

namespace staffroom::storage {

using replica::BodyState;
using tests::batch_of;
using tests::LogBuilder;
using tests::StoreOracle;
using tests::TornFileSystem;

namespace {

std::unique_ptr<Store> open_store(FileSystem& files) {
    auto store = Store::open(files, "/disk/store");
    INFO((store ? std::string() : store.error().detail));
    REQUIRE(store);
    return std::move(*store);
}

replica::Row row_of(std::string_view key, std::string_view value) {
    return {replica::RowKind::own, to_bytes(as_view(key)), to_bytes(as_view(value))};
}

} // namespace

TEST_CASE("store: what was committed is there, and after opening again too", "[storage]") {
    TornFileSystem files;
    StoreOracle oracle;
    LogBuilder records({.seed = 1});
    LogBuilder governance({.seed = 2, .channel = log::Channel::governance});
    auto store = open_store(files);
    for (std::size_t i = 0; i < 10; ++i) {
        auto batch = batch_of(records.append(i * 11));
        batch.appends.push_back(governance.append(3));
        batch.rows.push_back(row_of("counter", std::to_string(i)));
        REQUIRE(store->commit(batch));
        oracle.apply(batch);
    }

    CHECK(oracle.difference(*store).empty());
    store.reset();
    store = open_store(files);
    CHECK(oracle.difference(*store) == "");
    auto image = store->load_image();
    REQUIRE(image->governance.size() == 30);
    for (const replica::GovernanceEntry& entry : image->governance)
        CHECK(entry.payload != nullptr);
}

TEST_CASE("store: several batches of one commit see one another", "[storage]") {
    TornFileSystem files;
    StoreOracle oracle;
    LogBuilder log({.seed = 1});
    auto store = open_store(files);
    const auto late = log.make_entry(BodyState::missing);
    const auto first = batch_of(log.append({late, log.make_entry(BodyState::none)}));
    const auto second = batch_of(log.append(5));
    replica::StoreBatch third;
    third.bodies.push_back({log.id(), Position{0}, late.revision, log.make_body()});
    third.rows.push_back(row_of("gone", "x"));
    replica::StoreBatch fourth;
    fourth.rows.push_back(row_of("gone", ""));
    const std::array<const replica::StoreBatch*, 4> group{&first, &second, &third, &fourth};

    REQUIRE(store->commit(group));

    for (const replica::StoreBatch* batch : group)
        oracle.apply(*batch);
    CHECK(oracle.difference(*store) == "");
}

TEST_CASE("store: a body that arrives later fills its entry", "[storage]") {
    TornFileSystem files;
    StoreOracle oracle;
    LogBuilder log({.seed = 1});
    auto store = open_store(files);
    const auto entry = log.make_entry(BodyState::missing);
    auto batch = batch_of(log.append({log.make_entry(BodyState::refused), entry}));
    REQUIRE(store->commit(batch));
    oracle.apply(batch);
    CHECK(oracle.difference(*store) == "");
    CHECK(store->read_body(entry.revision)->state == BodyState::missing);

    replica::StoreBatch fill;
    fill.bodies.push_back({log.id(), Position{1}, entry.revision, log.make_body()});
    REQUIRE(store->commit(fill));
    oracle.apply(fill);

    CHECK(oracle.difference(*store) == "");
    CHECK(store->read_body(entry.revision)->state == BodyState::have);
    fill.bodies[0].position = Position{2};
    CHECK(store->commit(fill).error().code == Errc::not_found);
}

TEST_CASE("store: one revision in two logs is stored once", "[storage]") {
    TornFileSystem files;
    LogBuilder here({.seed = 1, .body_bytes = 5000});
    LogBuilder there({.seed = 2});
    auto store = open_store(files);
    const auto entry = here.make_entry();
    REQUIRE(store->commit(batch_of(here.append({entry}))));
    const SegmentEnd end = store->segments().end();

    REQUIRE(store->commit(batch_of(there.append({entry}))));

    CHECK(store->segments().end() == end);
    auto bodies = store->load_bodies({there.id(), {Position{0}}});
    REQUIRE(bodies);
    CHECK(*bodies->entries[0].body.encoded == *entry.body.encoded);
}

TEST_CASE("store: a revision is found with its body although it stood without first", "[storage]") {
    TornFileSystem files;
    LogBuilder here({.seed = 1});
    LogBuilder there({.seed = 2});
    auto store = open_store(files);
    const auto entry = here.make_entry();
    auto bare = entry;
    bare.state = BodyState::missing;
    REQUIRE(store->commit(batch_of(here.append({bare}))));
    CHECK(store->read_body(entry.revision)->state == BodyState::missing);

    REQUIRE(store->commit(batch_of(there.append({entry}))));

    CHECK(store->read_body(entry.revision)->state == BodyState::have);
    CHECK(store->find_revision(entry.revision)->log == there.id());
    CHECK(store->find_revision(entry.revision)->descriptor == there.state().descriptor);
}

TEST_CASE("store: an append that does not begin at the stored size is refused", "[storage]") {
    TornFileSystem files;
    StoreOracle oracle;
    LogBuilder log({.seed = 1});
    auto store = open_store(files);
    const auto first = batch_of(log.append(3));
    const auto second = batch_of(log.append(3));

    CHECK(store->commit(second).error().code == Errc::out_of_range);
    REQUIRE(store->commit(first));
    CHECK(store->commit(first).error().code == Errc::out_of_range);
    REQUIRE(store->commit(second));

    oracle.apply(first);
    oracle.apply(second);
    CHECK(oracle.difference(*store) == "");
}

TEST_CASE("store: a new head without entries replaces the old one", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = open_store(files);
    REQUIRE(store->commit(batch_of(log.append(3))));
    replica::LogState state = log.state();
    state.head.bytes = {9, 9};
    replica::StoreBatch batch;
    batch.states.push_back(state);

    REQUIRE(store->commit(batch));

    CHECK(store->load_image()->logs.at(0).head.bytes == Bytes{9, 9});
    batch.states[0].stored = LogSize{2};
    CHECK(store->commit(batch).error().code == Errc::out_of_range);
}

TEST_CASE("store: chunks keep their limits and prove what follows them", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1, .header_bytes = 50, .body_bytes = 80});
    auto store = open_store(files);
    for (int i = 0; i < 7; ++i)
        REQUIRE(store->commit(batch_of(log.append(150))));
    const LogSize size = log.state().stored;
    std::uint64_t begin = 0;
    log::CompactRange range;

    while (begin < size.value) {
        auto chunk =
            store->load_chunk({log.id(), {begin}, size, size, 100, 10'000, begin % 2 == 0});
        REQUIRE(chunk);
        REQUIRE_FALSE(chunk->entries.empty());
        CHECK(chunk->entries.size() <= 100);
        std::vector<TreeHash> leaves;
        for (const replica::LoadedEntry& entry : chunk->entries)
            leaves.push_back(log::leaf_hash<log::Blake2b256>(*entry.header));
        log::append_leaves<log::Blake2b256>(range, leaves);
        auto whole = log::merge<log::Blake2b256>(range, chunk->range);
        REQUIRE(whole);
        CHECK(*log::root_of<log::Blake2b256>(*whole) == log.state().head.head.root);
        begin += chunk->entries.size();
    }

    CHECK(store->load_chunk({log.id(), {0}, size, size, 100, 1, true})->entries.size() == 1);
    CHECK(store->load_chunk({log.id(), {5}, {7}, size, 100, 9999, true})->entries.size() == 2);
    const LogSize beyond{size.value + 1};
    CHECK(
        store->load_chunk({log.id(), {0}, size, beyond, 1, 1, true}).error().code ==
        Errc::out_of_range
    );
    CHECK(
        store->load_chunk({log.id(), {size.value}, beyond, size, 1, 1, true}).error().code ==
        Errc::out_of_range
    );
    LogBuilder other({.seed = 9});
    CHECK(
        store->load_chunk({other.id(), {0}, size, size, 1, 1, true}).error().code == Errc::not_found
    );
}

TEST_CASE("store: proofs to a size below the stored one lead to that size's root", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1, .header_bytes = 40, .body_bytes = 1});
    auto store = open_store(files);
    std::map<std::uint64_t, TreeHash> roots;
    for (const std::size_t count : {1U, 6U, 250U, 1U, 300U, 42U}) {
        REQUIRE(store->commit(batch_of(log.append(count))));
        roots.emplace(log.state().stored.value, log.state().head.head.root);
    }

    for (const auto& [size, root] : roots) {
        auto range = store->entries().load_range(log.id(), LogSize{0}, LogSize{size});
        REQUIRE(range);
        CHECK(*log::root_of<log::Blake2b256>(*range) == root);
    }
}

TEST_CASE("store: revisions are found by the beginning of their text", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = open_store(files);
    const auto append = log.append(50);
    REQUIRE(store->commit(batch_of(append)));

    for (const replica::NewEntry& entry : append.entries) {
        const std::string text = to_base32(entry.revision);
        for (const std::size_t length : {8U, 9U, 13U, 51U, 52U}) {
            auto found = store->revisions_with_prefix(text.substr(0, length), 10);
            REQUIRE(found);
            CHECK(*found == std::vector{entry.revision});
        }
    }
    CHECK(store->revisions_with_prefix("aaaaaaaa", 10)->empty());
    for (const std::string_view bad : {"abcdefg", "ABCDEFGH", "abcdefg1", "abcdefg=", ""})
        CHECK(store->revisions_with_prefix(bad, 10).error().code == Errc::invalid_input);
    LogBuilder other({.seed = 9});
    CHECK(store->find_revision(other.make_entry().revision).error().code == Errc::not_found);
}

TEST_CASE("store: a second opening is in use, a foreign folder is refused", "[storage]") {
    TornFileSystem files;
    auto store = open_store(files);
    CHECK(Store::open(files, "/disk/store").error().code == Errc::in_use);

    REQUIRE(files.create_directory("/disk/other"));
    REQUIRE(files.open("/disk/other/homework.txt", OpenMode::create));
    CHECK(Store::open(files, "/disk/other").error().code == Errc::bad_configuration);
    CHECK(files.list("/disk/other")->size() == 1);
}

TEST_CASE("store: one of a newer version is refused with a plain sentence", "[storage]") {
    TornFileSystem files;
    open_store(files).reset();
    {
        auto database = Database::open(files, "/disk/store/index");
        REQUIRE(database);
        Bytes meta = encode_meta();
        meta.back() = static_cast<std::uint8_t>(schema_version + 1);
        seal_row(meta_key().view(), meta);
        RowBatch batch;
        batch.put(meta_key().view(), meta);
        REQUIRE((*database)->write(batch));
    }

    auto store = Store::open(files, "/disk/store");

    CHECK(store.error().code == Errc::unknown_version);
    CHECK(store.error().detail.find("newer version") != std::string::npos);
}

TEST_CASE("store: readers see whole commits while one thread writes", "[storage]") {
    TornFileSystem files;
    LogBuilder log({.seed = 1});
    auto store = open_store(files);
    const auto first = log.append(5);
    REQUIRE(store->commit(batch_of(first)));
    std::atomic<bool> is_over = false;
    std::atomic<int> wrong = 0;
    std::thread reader([&] {
        while (!is_over) {
            auto body = store->read_body(first.entries[2].revision);
            auto chunk = store->load_chunk({log.id(), {0}, {5}, {5}, 5, 1U << 20U, true});
            wrong += !body || body->state != BodyState::have || !chunk ||
                     *chunk->entries[4].body.encoded != *first.entries[4].body.encoded;
        }
    });

    for (int i = 0; i < 100; ++i)
        REQUIRE(store->commit(batch_of(log.append(5))));
    is_over = true;
    reader.join();

    CHECK(wrong == 0);
}

} // namespace staffroom::storage
