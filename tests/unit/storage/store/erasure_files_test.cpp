// Which files an erasure takes off the disk: those of its own records that nothing else needs, by
// whatever name somebody orders.
#include "protocol/log/entry.hpp"
#include "protocol/records/attachment.hpp"
#include "protocol/records/body.hpp"
#include "storage/store/erasure.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/store_builder.hpp"
#include "tests/support/store/torn_files.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::BodyState;
using replica::CarryOut;
using replica::ErasureId;
using replica::ErasureTarget;
using tests::LogBuilder;

namespace {

/// A store, and files beside it.
struct Drawer {
    tests::TornFileSystem disk{};
    std::unique_ptr<Store> store{};
    std::unique_ptr<AttachmentStore> files{};

    Drawer() {
        auto opened = Store::open(disk, "/disk/store");
        REQUIRE(opened);
        store = std::move(*opened);
        auto attached = AttachmentStore::open(disk, "/disk/files");
        REQUIRE(attached);
        files = std::move(*attached);
    }
    FileName add_file(std::uint64_t seed) const {
        Bytes content(5'000);
        tests::SeededRandom random(seed);
        random.fill(content);
        const FileName name{records::attachment_hash(content), content.size()};
        REQUIRE(files->add(name, 0, content));
        return name;
    }
    void keep(LogBuilder& log, const replica::NewEntry& entry) const {
        REQUIRE(store->commit(tests::batch_of(log.append({entry}))));
    }
    void carry_out(const CarryOut& what) const { REQUIRE(Erasure(*store, *files, what).run()); }
};

/// A record of the log's school that names one file.
replica::NewEntry record_with(const LogBuilder& log, const FileName& file) {
    records::RecordBody body;
    body.title = "Words and a file";
    body.attachments.push_back({to_bytes(file.hash.view()), "plan.png", "image/png", file.size, ""}
    );
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded);
    const Bytes salt(32, 5);
    log::EntryHeader header{.kind = 1, .school = log.state().descriptor.school};
    header.codec = static_cast<std::uint32_t>(encoded->codec);
    header.plain_length = encoded->plain_length;
    header.encoded_length = static_cast<std::uint32_t>(encoded->encoded->size());
    header.attachment_bytes = file.size;
    header.commitment = records::commitment(*Salt::from(salt), *encoded->encoded);
    const auto bytes = std::make_shared<const Bytes>(log::encode_header(header));
    REQUIRE(replica::files_of(*bytes, {salt, encoded->encoded}));
    return {revision_of(*bytes), bytes, BodyState::have, {salt, encoded->encoded}};
}

ErasureTarget target(const LogBuilder& log, const replica::NewEntry& entry) {
    const log::LogDescriptor& descriptor = log.state().descriptor;
    return {descriptor.space, descriptor.school, entry.revision, BodyState::erased, false};
}

CarryOut files_only(const LogBuilder& log, const replica::NewEntry& entry) {
    CarryOut what{ErasureId{1}, {target(log, entry)}, {}};
    what.targets[0].is_only_of_files = true;
    const log::LogDescriptor& descriptor = log.state().descriptor;
    what.without_files.push_back({descriptor.space, descriptor.school, entry.revision});
    return what;
}

} // namespace

TEST_CASE(
    "erasure of files: no other school's order takes the file that a record needs",
    "[storage][erasure]"
) {
    Drawer drawer;
    LogBuilder ours({.seed = 1});
    LogBuilder hostile({.seed = 2});
    const FileName file = drawer.add_file(1);
    const replica::NewEntry record = record_with(ours, file);
    const replica::NewEntry bait = record_with(hostile, file);
    drawer.keep(ours, record);
    drawer.keep(hostile, bait);

    // They publish our file as theirs, order theirs to go, and name our record as one of theirs.
    CarryOut what = files_only(hostile, record);
    what.targets.push_back(target(hostile, bait));
    drawer.carry_out(what);

    CHECK(drawer.files->holds(file));
    CHECK(drawer.store->read_body(record.revision)->state == BodyState::have);
    CHECK(drawer.store->read_body(bait.revision)->state == BodyState::erased);
}

TEST_CASE(
    "erasure of files: what goes in one network stays for the other, until it goes there",
    "[storage][erasure]"
) {
    Drawer drawer;
    LogBuilder here({.seed = 1});
    LogBuilder there({.seed = 2, .school = here.state().descriptor.school});
    const FileName file = drawer.add_file(1);
    const replica::NewEntry record = record_with(here, file);
    drawer.keep(here, record);
    drawer.keep(there, record);

    CarryOut what = files_only(here, record);
    drawer.carry_out(what);
    CHECK(drawer.files->holds(file));

    const CarryOut other = files_only(there, record);
    what.targets = other.targets;
    what.without_files.push_back(other.without_files[0]);
    drawer.carry_out(what);
    CHECK_FALSE(drawer.files->holds(file));
    CHECK(drawer.store->read_body(record.revision)->state == BodyState::have);
}

TEST_CASE(
    "erasure of files: a record that comes meanwhile keeps the file that it names",
    "[storage][erasure]"
) {
    Drawer drawer;
    LogBuilder log({.seed = 1});
    LogBuilder other({.seed = 2});
    const FileName file = drawer.add_file(1);
    const FileName alone = drawer.add_file(2);
    const replica::NewEntry gone = record_with(log, file);
    const replica::NewEntry gone_too = record_with(log, alone);
    drawer.keep(log, gone);
    drawer.keep(log, gone_too);
    Erasure erasure(
        *drawer.store, *drawer.files, {ErasureId{1}, {target(log, gone), target(log, gone_too)}, {}}
    );
    while (!erasure.is_marked())
        REQUIRE(erasure.step());

    drawer.keep(other, record_with(other, file));
    REQUIRE(erasure.run());

    CHECK(drawer.files->holds(file));
    CHECK_FALSE(drawer.files->holds(alone));
}

} // namespace staffroom::storage
