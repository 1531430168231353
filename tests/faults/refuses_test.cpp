// A database that LevelDB refuses to open, in each way that a disk can bring about: it is set aside
// and salvaged, and a neighbour gives back the rest, with nobody at the keyboard.
#include "tests/faults/bit_flips.hpp"

#include <catch2/catch.hpp>

namespace staffroom::faults {
namespace {

using storage::OpenMode;
using tests::TornFileSystem;

/// Files of the index whose path contains `part`.
std::vector<std::string> index_files(const TornFileSystem& disk, const std::string& part) {
    std::vector<std::string> paths;
    for (const std::string& path : disk.files()) {
        if (path.find("/index/") != std::string::npos && path.find(part) != std::string::npos)
            paths.push_back(path);
    }
    return paths;
}

void cut_to(TornFileSystem& disk, const std::string& path, std::uint64_t size) {
    auto file = disk.open(path, OpenMode::update);
    REQUIRE(file);
    REQUIRE((*file)->truncate(size));
}

void overwrite_all(TornFileSystem& disk, const std::string& path) {
    auto file = disk.open(path, OpenMode::update);
    REQUIRE(file);
    REQUIRE((*file)->overwrite_at(0, Bytes(static_cast<std::size_t>(disk.bytes_of(path)), 0x55)));
}

struct Damage {
    const char* name;
    std::function<void(TornFileSystem&)> make;
};

const std::vector<Damage> damages{
    {"a manifest cut in half",
     [](auto& disk) {
         for (const auto& path : index_files(disk, "MANIFEST"))
             cut_to(disk, path, disk.bytes_of(path) / 2);
     }},
    {"an empty manifest",
     [](auto& disk) {
         for (const auto& path : index_files(disk, "MANIFEST"))
             cut_to(disk, path, 0);
     }},
    {"no manifest",
     [](auto& disk) {
         for (const auto& path : index_files(disk, "MANIFEST"))
             REQUIRE(disk.remove(path));
     }},
    {"no CURRENT", [](auto& disk) { REQUIRE(disk.remove("/disk/store/index/CURRENT")); }},
    {"an empty CURRENT", [](auto& disk) { cut_to(disk, "/disk/store/index/CURRENT", 0); }},
    {"a table of rubbish",
     [](auto& disk) { overwrite_all(disk, index_files(disk, ".ldb").front()); }},
    {"a missing table",
     [](auto& disk) { REQUIRE(disk.remove(index_files(disk, ".ldb").front())); }},
    {"no tables at all",
     [](auto& disk) {
         for (const auto& path : index_files(disk, ".ldb"))
             REQUIRE(disk.remove(path));
     }},
    {"a table without its end",
     [](auto& disk) {
         const auto path = index_files(disk, ".ldb").back();
         cut_to(disk, path, disk.bytes_of(path) - 40);
     }},
    {"a log of rubbish", [](auto& disk) { overwrite_all(disk, index_files(disk, ".log").back()); }},
    {"no log", [](auto& disk) { REQUIRE(disk.remove(index_files(disk, ".log").back())); }},
    {"a log cut in half", [](auto& disk) {
         const auto path = index_files(disk, ".log").back();
         cut_to(disk, path, disk.bytes_of(path) / 2);
     }}};

} // namespace

TEST_CASE("refuses: every damaged database is replaced and filled again", "[refuses]") {
    const Schools schools(2001);
    const HeldByBoth held = make_held_by_both(schools, 56);
    REQUIRE_FALSE(index_files(*held.first, ".ldb").empty());
    for (const Damage& damage : damages) {
        for (const bool is_same_boot : {true, false}) {
            INFO(damage.name << (is_same_boot ? ", same boot" : ", another boot"));

            const HealReport report = heal_after(schools, held, damage.make, is_same_boot);

            CHECK(report.trouble == "");
            CHECK_FALSE(report.is_unhealed);
            CHECK_FALSE(report.is_undetected);
            CHECK(report.was_salvaged);
        }
    }
}

TEST_CASE("refuses: own logs go on in a new incarnation, with what stood before", "[refuses]") {
    const Schools schools(2002);
    const HeldByBoth held = make_held_by_both(schools, 30);
    const auto first = held.first->clone();
    const auto second = held.second->clone();
    overwrite_all(*first, index_files(*first, ".log").back());
    REQUIRE(first->remove("/disk/store/index/CURRENT"));
    Scene scene(schools, *first, *second);
    for (const std::size_t index : {tested, neighbour})
        scene.node(index).keeps_ledger = false;
    scene.node(tested).ledger.heads = held.ledger.heads;

    const auto started = scene.resume(true);

    REQUIRE(started);
    REQUIRE(started->salvaged);
    CHECK(first->exists(started->salvaged->set_aside).value());
    REQUIRE(scene.publish(tested, 2));
    CHECK(scene.town().run_until([&] { return scene.is_same(); }, std::chrono::seconds(60)));
    CHECK(scene.node(tested).ledger.second_heads == 0);
    CHECK(held.ledger.store.absent(scene.node(tested).store()) == "");
}

TEST_CASE("refuses: an emptied database is no new one, and its networks stay known", "[refuses]") {
    const Schools schools(2004);
    const HeldByBoth held = make_held_by_both(schools, 16);
    const auto disk = held.first->clone();
    for (const std::string& path : index_files(*disk, ""))
        REQUIRE(disk->remove(path));
    Node node(schools.first, "first:1");
    node.keeps_ledger = false;
    Town town({&node});

    const auto started = town.start(0, {*disk, "boot-1", 5});

    REQUIRE(started);
    REQUIRE(started->salvaged);
    CHECK(started->salvaged->commits_lost > 0);
    CHECK(started->salvaged->rows_restored > 0);
    REQUIRE(node.replica().networks().size() == 1);
    replica::PublishRecords command;
    const NetworkId network = node.replica().networks().front().network;
    command.drafts.push_back(make_draft(network, node.random(), 200, nullptr));
    CHECK(town.command(0, std::move(command)));
}

TEST_CASE("refuses: a database in use or forbidden is left as it is", "[refuses]") {
    const Schools schools(2003);
    const HeldByBoth held = make_held_by_both(schools, 10);
    const auto disk = held.first->clone();
    const auto before = disk->files();
    auto lock = disk->lock("/disk/store/lock");
    REQUIRE(lock);

    const auto in_use = storage::open_or_salvage(*disk, store_folder);
    lock->reset();
    disk->fail_from(disk->operations(), Errc::io_error);
    const auto forbidden = storage::open_or_salvage(*disk, store_folder);
    disk->heal();

    REQUIRE_FALSE(in_use);
    CHECK(in_use.error().code == Errc::in_use);
    REQUIRE_FALSE(forbidden);
    CHECK(forbidden.error().code == Errc::io_error);
    CHECK(disk->files() == before);
    const auto opened = storage::open_or_salvage(*disk, store_folder);
    REQUIRE(opened);
    CHECK_FALSE(opened->salvaged);
    bool with_next = false;
    CHECK(held.ledger.difference(*opened->store, with_next) == "");
}

} // namespace staffroom::faults
