// Erasing on disk: no copy of the words is left in any file, whatever the power did meanwhile.
#include "protocol/log/entry.hpp"
#include "storage/store/erasure.hpp"
#include "storage/store/salvage.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"
#include "tests/support/store/unsteady_files.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace staffroom::storage {

using replica::BodyState;
using tests::LogBuilder;
using tests::TornFileSystem;

namespace {

const std::string segment = "/disk/store/segments/segment-00000000";
constexpr std::size_t shard_bytes = 16;

Bytes content_of(FileSystem& files, const std::string& path) {
    auto bytes = read_file(files, path, std::size_t{1} << 28U);
    REQUIRE(bytes);
    return std::move(*bytes);
}

/// True when any 16 bytes of these stand in any file.
bool is_anywhere(TornFileSystem& files, ByteView words) {
    for (const std::string& path : files.files()) {
        const Bytes content = content_of(files, path);
        for (std::size_t at = 0; at + shard_bytes <= words.size(); at += shard_bytes) {
            const ByteView shard = words.subspan(at, shard_bytes);
            if (std::search(content.begin(), content.end(), shard.begin(), shard.end()) !=
                content.end())
                return true;
        }
    }
    return false;
}

/// A store with files beside it.
struct Cupboard {
    std::unique_ptr<Store> store;
    std::unique_ptr<AttachmentStore> files;

    explicit Cupboard(FileSystem& disk) {
        auto opened = open_or_salvage(disk, "/disk/store");
        INFO((opened ? std::string() : opened.error().detail));
        REQUIRE(opened);
        auto attached = AttachmentStore::open(disk, "/disk/files");
        REQUIRE(attached);
        store = std::move(opened->store);
        files = std::move(*attached);
    }
    Result<replica::ErasureResult> erase(const replica::CarryOut& what) {
        return Erasure(*store, *files, what).run();
    }
};

replica::CarryOut order_for(
    const LogBuilder& log, const replica::NewEntry& entry, BodyState state = BodyState::erased
) {
    replica::CarryOut order{replica::ErasureId{1}, {}, {}};
    order.targets.push_back({std::nullopt, log.state().descriptor.school, entry.revision, state});
    return order;
}

} // namespace

TEST_CASE("erasure: the words go from every file, all others stay", "[storage][erasure]") {
    TornFileSystem disk;
    LogBuilder log({.seed = 1});
    Cupboard cupboard(disk);
    const auto append = log.append(20);
    REQUIRE(cupboard.store->commit(tests::batch_of(append)));
    const replica::NewEntry& gone = append.entries[7];
    REQUIRE(is_anywhere(disk, *gone.body.encoded));

    const auto result = cupboard.erase(order_for(log, gone));

    REQUIRE(result);
    REQUIRE(result->places.size() == 1);
    CHECK(result->places[0].position == Position{7});
    CHECK(result->places[0].state == BodyState::erased);
    CHECK_FALSE(is_anywhere(disk, *gone.body.encoded));
    CHECK_FALSE(is_anywhere(disk, gone.body.salt));
    for (const replica::NewEntry& entry : append.entries) {
        const auto body = cupboard.store->read_body(entry.revision);
        REQUIRE(body);
        const bool is_gone = entry.revision == gone.revision;
        CHECK(body->state == (is_gone ? BodyState::erased : BodyState::have));
        CHECK((is_gone || *body->body.encoded == *entry.body.encoded));
    }
}

TEST_CASE(
    "erasure: after a crash at every step it is begun again and ends the same", "[storage][erasure]"
) {
    TornFileSystem disk;
    LogBuilder log({.seed = 2});
    std::vector<std::unique_ptr<TornFileSystem>> images;
    const auto append = log.append(12);
    const replica::NewEntry& gone = append.entries[4];
    {
        Cupboard cupboard(disk);
        REQUIRE(cupboard.store->commit(tests::batch_of(append)));
        disk.watch([&](std::uint64_t, const TornFileSystem::Fork& fork) {
            images.push_back(fork());
        });
        REQUIRE(cupboard.erase(order_for(log, gone)));
        disk.watch({});
    }
    REQUIRE(images.size() > 5);

    for (std::size_t i = 0; i < images.size(); ++i) {
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            const auto image = images[i]->clone();
            auto torn = images[i]->clone();
            if (seed > 0)
                torn->crash(seed + 10 * i);
            Cupboard cupboard(*torn);
            INFO("operation " << i << ", seed " << seed);
            REQUIRE(cupboard.erase(order_for(log, gone)));
            CHECK_FALSE(is_anywhere(*torn, *gone.body.encoded));
            for (const replica::NewEntry& entry : append.entries) {
                const auto body = cupboard.store->read_body(entry.revision);
                REQUIRE(body);
                CHECK((entry.revision == gone.revision || body->state == BodyState::have));
            }
        }
    }
}

TEST_CASE("erasure: damaged, superseded and torn copies go as well", "[storage][erasure]") {
    TornFileSystem disk;
    LogBuilder log({.seed = 3, .body_bytes = 400});
    const auto append = log.append(6);
    const replica::NewEntry& gone = append.entries[2];
    Cupboard cupboard(disk);
    REQUIRE(cupboard.store->commit(tests::batch_of(append)));
    const Bytes before = content_of(disk, segment);
    const auto id = gone.revision.view();
    const auto at = static_cast<std::uint64_t>(
        std::search(before.begin(), before.end(), id.begin(), id.end()) - before.begin()
    );
    // The first copy is damaged, so a second one is fetched: the first one stays behind it.
    disk.flip_bit(segment, (at + 100) * 8);
    replica::StoreBatch again;
    again.bodies.push_back({log.id(), Position{2}, gone.revision, gone.body});
    const std::array<Store::BodyPlace, 0> none{};
    REQUIRE(cupboard.store->mark_missing(log.id(), none));
    REQUIRE(cupboard.store->commit(again));

    SECTION("as they are") {}
    SECTION("with a damaged length, so that no record says where the next one begins") {
        disk.flip_bit(segment, (at - 3) * 8);
    }
    SECTION("with a damaged beginning") {
        disk.flip_bit(segment, (at - 8) * 8);
    }

    REQUIRE(cupboard.erase(order_for(log, gone)));

    CHECK_FALSE(is_anywhere(disk, *gone.body.encoded));
    for (const replica::NewEntry& entry : append.entries)
        CHECK(
            (entry.revision == gone.revision ||
             cupboard.store->read_body(entry.revision)->state == BodyState::have)
        );
}

TEST_CASE(
    "erasure: a body that holds the id of another record takes nothing with it",
    "[storage][erasure]"
) {
    TornFileSystem disk;
    LogBuilder log({.seed = 4});
    Cupboard cupboard(disk);
    std::vector<replica::NewEntry> entries{log.make_entry(), log.make_entry(), log.make_entry()};
    const RevisionId victim = entries[0].revision;
    // A whole record within a record: its head, with a length that reaches far beyond it.
    Bytes hostile = to_bytes(as_view("SRB\x20"));
    append_u32_be(hostile, 200'000);
    append(hostile, victim.view());
    append(hostile, Bytes(100, 7));
    entries[1].body.encoded = std::make_shared<const Bytes>(hostile);
    REQUIRE(cupboard.store->commit(tests::batch_of(log.append(entries))));

    REQUIRE(cupboard.erase(order_for(log, entries[0])));

    CHECK(cupboard.store->read_body(victim)->state == BodyState::erased);
    CHECK(cupboard.store->read_body(entries[1].revision)->state == BodyState::have);
    CHECK(cupboard.store->read_body(entries[2].revision)->state == BodyState::have);
}

TEST_CASE(
    "erasure: an order under another school's name, or of what is carried, takes nothing here and "
    "hides no true one",
    "[storage][erasure]"
) {
    TornFileSystem disk;
    LogBuilder log({.seed = 7});
    const auto append = log.append(2);
    Cupboard cupboard(disk);
    REQUIRE(cupboard.store->commit(tests::batch_of(append)));
    const log::LogDescriptor& descriptor = log.state().descriptor;
    const replica::ErasureTarget truly{
        descriptor.space, descriptor.school, append.entries[0].revision, BodyState::erased};
    replica::ErasureTarget falsely = truly;
    falsely.school = SchoolId(SchoolId::Raw{});
    replica::ErasureTarget of_carried = truly;
    of_carried.is_of_carried = true;

    REQUIRE(cupboard.erase({replica::ErasureId{1}, {falsely, of_carried}, {}, true}));
    CHECK(cupboard.store->read_body(append.entries[0].revision)->state == BodyState::have);
    REQUIRE(cupboard.erase({replica::ErasureId{2}, {falsely, of_carried, truly}, {}, true}));

    CHECK(cupboard.store->read_body(append.entries[0].revision)->state == BodyState::erased);
    CHECK(cupboard.store->read_body(append.entries[1].revision)->state == BodyState::have);
    CHECK_FALSE(is_anywhere(disk, *append.entries[0].body.encoded));
}

TEST_CASE(
    "erasure: damaged words of another network go with any order, for nobody can say whose",
    "[storage][erasure]"
) {
    TornFileSystem disk;
    LogBuilder log({.seed = 11});
    std::vector<replica::NewEntry> entries;
    for (std::uint8_t i = 0; i < 3; ++i) {
        entries.push_back(log.make_entry());
        log::EntryHeader header{
            .kind = i < 2 ? log::kind_carried_record : 1, .school = log.state().descriptor.school};
        header.plain_length = 1;
        header.encoded_length = static_cast<std::uint32_t>(entries[i].body.encoded->size());
        header.commitment = Commitment({i});
        entries[i].header = std::make_shared<const Bytes>(log::encode_header(header));
        entries[i].revision = log::revision_id(*entries[i].header);
    }
    Cupboard cupboard(disk);
    REQUIRE(cupboard.store->commit(tests::batch_of(log.append(entries))));
    const Bytes content = content_of(disk, segment);
    for (const std::size_t each : {std::size_t{0}, std::size_t{2}}) {
        const Bytes& words = *entries[each].body.encoded;
        const auto at = std::search(content.begin(), content.end(), words.begin(), words.end());
        disk.flip_bit(segment, static_cast<std::uint64_t>(at - content.begin()) * 8);
    }
    replica::ErasureTarget far{
        log.state().descriptor.space,
        SchoolId(SchoolId::Raw{1}),
        RevisionId(RevisionId::Raw{1}),
        BodyState::missing};
    REQUIRE(cupboard.erase({replica::ErasureId{1}, {far}, {}, true}));
    CHECK(is_anywhere(disk, ByteView(*entries[0].body.encoded).subspan(16)));

    far.state = BodyState::erased;
    const auto done = cupboard.erase({replica::ErasureId{2}, {far}, {}, true});

    REQUIRE(done);
    REQUIRE(done->places.size() == 1);
    CHECK(done->places[0].state == BodyState::missing);
    CHECK(cupboard.store->read_body(entries[0].revision)->state == BodyState::missing);
    CHECK_FALSE(is_anywhere(disk, ByteView(*entries[0].body.encoded).subspan(16)));
    CHECK(cupboard.store->read_body(entries[1].revision)->state == BodyState::have);
    // Those of this network are known by their entry.
    CHECK(is_anywhere(disk, ByteView(*entries[2].body.encoded).subspan(16)));
}

TEST_CASE(
    "erasure: bytes behind the end that a failed commit left go as well", "[storage][erasure]"
) {
    TornFileSystem disk;
    LogBuilder log({.seed = 5});
    const auto first = log.append(3);
    const auto second = log.append(1);
    Cupboard cupboard(disk);
    REQUIRE(cupboard.store->commit(tests::batch_of(first)));
    // The body is written, the rows are not.
    const std::uint64_t begun = disk.operations();
    std::uint64_t operation = begun;
    while (!is_anywhere(disk, *second.entries[0].body.encoded)) {
        disk.fail_once(++operation, Errc::io_error);
        if (cupboard.store->commit(tests::batch_of(second)))
            break;
        disk.heal();
    }

    REQUIRE(cupboard.erase(order_for(log, second.entries[0])));

    CHECK_FALSE(is_anywhere(disk, *second.entries[0].body.encoded));
}

TEST_CASE(
    "erasure: what an order reached that counts no longer is missing, not erased",
    "[storage][erasure]"
) {
    TornFileSystem disk;
    LogBuilder log({.seed = 6});
    const auto append = log.append(3);
    Cupboard cupboard(disk);
    REQUIRE(cupboard.store->commit(tests::batch_of(append)));
    REQUIRE(cupboard.erase(order_for(log, append.entries[1])));

    const auto lifted = cupboard.erase(order_for(log, append.entries[1], BodyState::missing));
    const auto other = cupboard.erase(order_for(log, append.entries[2], BodyState::missing));

    REQUIRE(lifted);
    REQUIRE(lifted->places.size() == 1);
    CHECK(cupboard.store->read_body(append.entries[1].revision)->state == BodyState::missing);
    REQUIRE(other);
    CHECK(other->places.empty());
    CHECK(cupboard.store->read_body(append.entries[2].revision)->state == BodyState::have);
}

TEST_CASE(
    "erasure: a salvage has everything carried out again, however often the node falls then",
    "[storage][erasure]"
) {
    TornFileSystem disk;
    const Bytes order(RevisionId::size_bytes, 1);
    const Bytes draft(RevisionId::size_bytes, 2);
    {
        Cupboard cupboard(disk);
        replica::StoreBatch done;
        done.rows.push_back({replica::RowKind::erasure, order, {1}});
        done.rows.push_back({replica::RowKind::withheld, draft, {3, 1}});
        REQUIRE(cupboard.store->commit(done));
    }
    REQUIRE(salvage(disk, "/disk/store", {}));

    for (int start = 0; start < 2; ++start) {
        const Cupboard cupboard(disk);
        CHECK(*cupboard.store->row(replica::RowKind::erasure, order) == Bytes{0});
        CHECK(*cupboard.store->row(replica::RowKind::withheld, draft) == Bytes{3, 0});
    }
}

TEST_CASE(
    "erasure: a segment that cannot be read keeps no words in the others", "[storage][erasure]"
) {
    TornFileSystem disk;
    tests::UnsteadyFileSystem unsteady(disk);
    LogBuilder log({.seed = 8});
    const auto first = log.append(3);
    {
        Cupboard cupboard(disk);
        REQUIRE(cupboard.store->commit(tests::batch_of(first)));
        // What comes after a lost end begins a new segment.
        const auto file = disk.open(segment, OpenMode::update);
        REQUIRE(file);
        REQUIRE((*file)->truncate(disk.bytes_of(segment) - 1));
    }
    Cupboard cupboard(unsteady);
    REQUIRE(cupboard.store->commit(tests::batch_of(log.append(1))));
    REQUIRE(*disk.exists("/disk/store/segments/segment-00000001"));
    unsteady.closed = "segment-00000001";

    const auto outcome = cupboard.erase(order_for(log, first.entries[0]));

    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == Errc::io_error);
    CHECK_FALSE(is_anywhere(disk, *first.entries[0].body.encoded));
    unsteady.closed.clear();
    CHECK(cupboard.erase(order_for(log, first.entries[0])));
}

} // namespace staffroom::storage
