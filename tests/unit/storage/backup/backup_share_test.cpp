// What somebody who may write where backups lie can do to a node: never more than to its backups.
#include "protocol/base/text.hpp"
#include "tests/support/store/backup_shelf.hpp"

#include <sys/stat.h>

namespace staffroom::storage {
namespace {

/// A folder that is none of the backups' business, with a file that has the name of a part.
struct Outside {
    explicit Outside(const Shelf& shelf)
        : folder(shelf.place.path() / "outside")
        , file(folder / to_base32(shelf.key.name_of(Bytes(10, 9)))) {
        fs::create_directories(folder);
        std::ofstream(file) << "words";
    }
    [[nodiscard]] bool is_whole() const {
        return content(file.string()) == "words" &&
               std::distance(fs::directory_iterator(folder), {}) == 1;
    }
    fs::path folder;
    fs::path file;
};

fs::path part_path(const Shelf& shelf, const BackupPart& part) {
    const std::string name = to_base32(part.name);
    return fs::path(shelf.folder) / "parts" / name.substr(0, 2) / name;
}

} // namespace

// The attack: a folder of parts is a link to the node's segments, which the next clearing empties.
TEST_CASE("backup share: nothing behind a link is cleared away", "[backup]") {
    Shelf shelf;
    const Outside outside(shelf);
    const fs::path parts = fs::path(shelf.folder) / "parts";
    const std::string letters = outside.file.filename().string().substr(0, 2);
    const auto part = shelf.part(1);
    shelf.backup(first_day, {part});
    fs::remove_all(parts / letters);
    fs::create_directory_symlink(outside.folder, parts / letters);
    fs::create_directory_symlink(outside.folder, parts / "zz");

    REQUIRE(shelf.clear(1));
    CHECK(outside.is_whole());

    fs::remove_all(parts);
    fs::create_directory_symlink(outside.folder, parts);
    CHECK_FALSE(shelf.clear(1));
    CHECK_FALSE(shelf.target->put(shelf.key, part, Bytes(10, 1)));
    CHECK_FALSE(shelf.target->sync_parts());
    CHECK(outside.is_whole());
}

// The attack: the name of what is being written leads to the node's keys.
TEST_CASE("backup share: nothing is written through a link", "[backup]") {
    Shelf shelf;
    const Outside outside(shelf);
    const fs::path folder(shelf.folder);
    for (const bool is_hard : {false, true}) {
        for (const char* name :
             {"parts/begun", "backups/20261101T000000Z.new", "backups/20261101T000000Z"}) {
            fs::remove(folder / name);
            if (is_hard)
                fs::create_hard_link(outside.file, folder / name);
            else
                fs::create_symlink(outside.file, folder / name);
        }
        fs::remove_all(folder / "keys");
        fs::create_directory(folder / "keys");
        shelf.backup(first_day, {shelf.part(is_hard ? 1 : 2)});
        REQUIRE(shelf.target->seal_key(shelf.key, *shelf.school.chain));
        CHECK(shelf.target->read_backup(shelf.key, first_day, shelf.verifier));
        CHECK(outside.is_whole());
    }
    fs::remove_all(folder / "keys");
    fs::create_directory_symlink(outside.folder, folder / "keys");
    CHECK_FALSE(shelf.target->seal_key(shelf.key, *shelf.school.chain));
    fs::remove_all(folder / "backups");
    fs::create_directory_symlink(outside.folder, folder / "backups");
    CHECK_FALSE(shelf.target->put_backup(shelf.key, first_day, Bytes(3, 3)));
    CHECK_FALSE(shelf.target->backups());
    CHECK(outside.is_whole());
}

// The attack: the sealed key is overwritten; the node, which has its own, sees nothing of it.
TEST_CASE("backup share: a key that was spoilt is sealed again", "[backup]") {
    const Shelf shelf;
    REQUIRE(shelf.target->seal_key(shelf.key, *shelf.school.chain));
    for (const auto& entry : fs::directory_iterator(shelf.folder + "/keys"))
        std::ofstream(entry.path()) << "rubbish";
    CHECK_FALSE(shelf.target->open_keys(shelf.school.root));
    REQUIRE(shelf.target->seal_key(shelf.key, *shelf.school.chain));
    CHECK(shelf.target->open_keys(shelf.school.root).has_value());
}

TEST_CASE("backup share: a marker or lock that leads elsewhere opens nothing", "[backup]") {
    for (const char* name : {"staffroom-backup", "lock"}) {
        Shelf shelf;
        const fs::path path = fs::path(shelf.folder) / name;
        const fs::path outside = shelf.place.path() / "outside";
        shelf.target.reset();
        const auto reopen = [&] {
            return BackupTarget::open_to_write(
                shelf.folder, shelf.school.chain->school(), NewTarget::made
            );
        };
        fs::rename(path, outside);
        fs::create_symlink(outside, path);
        CHECK_FALSE(reopen());
        fs::remove(path);
        REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
        CHECK_FALSE(reopen());
        fs::remove(path);
        fs::rename(outside, path);
        CHECK(reopen());
    }
}

// The attack: a queue of which nobody holds the other end keeps the thread of the backups for ever.
TEST_CASE("backup share: queues keep nobody", "[backup]") {
    Shelf shelf;
    const fs::path folder(shelf.folder);
    const auto part = shelf.part(1);
    const auto old = shelf.part(2);
    shelf.backup(first_day, {old});
    shelf.backup(second_day, {part});
    for (const char* name : {"backups/99991231T235959Z", "backups/20261103T000000Z", "parts/begun"})
        REQUIRE(::mkfifo((folder / name).c_str(), 0600) == 0);
    const fs::path aside = part_path(shelf, old).string() + ".damaged";
    REQUIRE(::mkfifo(aside.c_str(), 0600) == 0);

    const auto cleared = shelf.clear(1);

    REQUIRE(cleared);
    CHECK(cleared->uncounted == std::vector<std::string>{third_day, "99991231T235959Z"});
    CHECK_FALSE(shelf.target->has(old));
    CHECK_FALSE(fs::exists(aside));
    CHECK(shelf.target->get(shelf.key, shelf.part(3)).has_value());
    fs::remove(part_path(shelf, part));
    REQUIRE(::mkfifo(part_path(shelf, part).c_str(), 0600) == 0);
    CHECK_FALSE(shelf.target->has(part));
    CHECK_FALSE(shelf.target->get(shelf.key, part));
}

// The attack, or a share that keeps the names of open files: one folder where a part would be, and
// the words of every old backup stay for ever.
TEST_CASE("backup share: what cannot be removed keeps nothing else", "[backup]") {
    Shelf shelf;
    std::vector<BackupPart> old;
    for (std::uint8_t number = 1; number <= 20; ++number)
        old.push_back(shelf.part(number));
    const auto part = shelf.part(30);
    shelf.backup(second_day, old);
    shelf.backup(third_day, {part});
    const fs::path backups = fs::path(shelf.folder) / "backups";
    fs::create_directories(backups / first_day);
    for (const BackupPart& each : old)
        fs::create_directories(part_path(shelf, each).parent_path() / "x");
    const fs::path stuck = part_path(shelf, old.front());
    fs::remove(stuck);
    fs::create_directories(stuck / "inner");

    const auto cleared = shelf.clear(1);

    REQUIRE(cleared);
    CHECK(cleared->gone == 1);
    CHECK(cleared->stuck == 2);
    CHECK_FALSE(cleared->why.empty());
    CHECK(shelf.left() == std::vector{first_day, third_day});
    for (std::size_t i = 1; i < old.size(); ++i)
        CHECK_FALSE(shelf.target->has(old[i]));
    CHECK(shelf.target->has(part));
}

// The attack: thousands of names, so that the node remembers these and not its own backup.
TEST_CASE("backup share: junk is counted, and not all of it is read", "[backup]") {
    Shelf shelf;
    const auto part = shelf.part(1);
    const auto old = shelf.part(2);
    shelf.backup(first_day, {old, part});
    shelf.backup(second_day, {part});
    const auto fill = [&](unsigned begin, unsigned end) {
        for (unsigned i = begin; i < end; ++i)
            std::ofstream(shelf.folder + "/backups/" + std::to_string(29'990'000 + i) + "T000000Z");
    };
    fill(0, 150);
    const auto some = shelf.clear(1);
    REQUIRE(some);
    CHECK(some->gone == 1);
    CHECK(some->uncounted.size() == uncounted_named_max);
    CHECK(some->uncounted_more == 50);
    CHECK_FALSE(shelf.target->has(old)); // it was of the one that has gone

    fill(150, 2500);
    shelf.backup(third_day, {shelf.part(3)});
    const auto many = shelf.clear(1);
    REQUIRE(many);
    CHECK(many->gone == 1);
    CHECK(many->uncounted_more == 2400);
    CHECK(shelf.left().size() == 2501);
    CHECK(shelf.target->has(part)); // not all that stay are known, so nothing more goes
}

// Somebody has put a folder of photographs among the parts.
TEST_CASE("backup share: what has no name of a part stays", "[backup]") {
    Shelf shelf;
    const auto part = shelf.part(1);
    shelf.backup(first_day, {part});
    const fs::path beside = part_path(shelf, part).parent_path();
    const std::string strange = to_base32(shelf.key.name_of(Bytes(10, 9)));
    const std::vector<fs::path> others{
        beside / "holiday.jpg",
        beside / (to_base32(part.name) + ".bak"),
        beside / ".nfs0001",
        fs::path(shelf.folder) / "parts" / "readme",
        fs::path(shelf.folder) / "parts" / "other" / strange};
    fs::create_directories(others.back().parent_path());
    for (const fs::path& path : others)
        std::ofstream(path) << "x";
    REQUIRE(shelf.clear(1));
    for (const fs::path& path : others)
        CHECK(fs::exists(path));
}

} // namespace staffroom::storage
