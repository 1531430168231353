// Which backups stay, and how one is seen that stays where it is.
#include "storage/backup/backup_view.hpp"
#include "tests/support/store/backup_shelf.hpp"

namespace staffroom::storage {

TEST_CASE("backup: the newest stay, with every part that they have", "[backup]") {
    Shelf shelf;
    const auto oldest = shelf.part(1);
    const auto shared = shelf.part(2);
    const auto newest = shelf.part(3);
    shelf.backup(first_day, {oldest, shared});
    shelf.backup(second_day, {shared});
    shelf.backup(third_day, {newest});

    const auto cleared = shelf.clear(2);

    REQUIRE(cleared);
    CHECK(cleared->gone == 1);
    CHECK(cleared->uncounted.empty());
    CHECK(shelf.left() == std::vector{second_day, third_day});
    CHECK_FALSE(shelf.target->has(oldest));
    CHECK(shelf.target->has(shared));
    CHECK(shelf.target->has(newest));
}

TEST_CASE("backup: one that cannot be read is named and keeps no old one back", "[backup]") {
    Shelf shelf;
    const auto old_only = shelf.part(1);
    const auto old_and_new = shelf.part(2);
    const auto old_and_damaged = shelf.part(3);
    const auto damaged_only = shelf.part(4);
    const auto damaged_and_new = shelf.part(5);
    shelf.backup(first_day, {old_only, old_and_new, old_and_damaged});
    shelf.backup(second_day, {old_and_new});
    shelf.backup(third_day, {old_and_damaged, damaged_only, damaged_and_new});
    shelf.backup(fourth_day, {old_and_new, damaged_and_new});
    shelf.damage(third_day);

    const auto cleared = shelf.clear(2);

    REQUIRE(cleared);
    CHECK(cleared->gone == 1);
    CHECK(cleared->uncounted == std::vector{third_day});
    CHECK(shelf.left() == std::vector{second_day, third_day, fourth_day});
    CHECK_FALSE(shelf.target->has(old_only));
    for (const auto& part : {old_and_new, damaged_and_new})
        CHECK(shelf.target->get(shelf.key, part).has_value());
    CHECK(shelf.target->has(damaged_only));

    // It goes once so many newer ones can be read, and with it what only it had.
    shelf.backup("20261105T000000Z", {old_and_new});
    CHECK(shelf.clear(2)->uncounted.empty());
    CHECK(shelf.left().front() == fourth_day);
    CHECK_FALSE(shelf.target->has(damaged_only));
}

TEST_CASE("backup: the last one that can be read never goes for damaged ones", "[backup]") {
    Shelf shelf;
    const auto part = shelf.part(1);
    for (const std::string& day : {first_day, second_day, third_day, fourth_day})
        shelf.backup(day, {part});
    for (const std::string& day : {second_day, third_day, fourth_day})
        shelf.damage(day);

    const auto cleared = shelf.clear(1);

    REQUIRE(cleared);
    CHECK(cleared->gone == 0);
    CHECK(cleared->uncounted == std::vector{second_day, third_day, fourth_day});
    CHECK(shelf.target->read_backup(shelf.key, first_day, shelf.verifier));
    CHECK(shelf.target->has(part));
}

// The attack: a stolen session lowers how many are kept, and all others go with the next backup.
TEST_CASE("backup: not more go at once than may, the oldest ones", "[backup]") {
    Shelf shelf;
    const auto oldest = shelf.part(1);
    const auto old = shelf.part(2);
    const auto newest = shelf.part(3);
    shelf.backup(first_day, {oldest});
    shelf.backup(second_day, {old});
    shelf.backup(third_day, {old});
    shelf.backup(fourth_day, {newest});

    const auto cleared = keep_newest(
        *shelf.target, shelf.key, {1, shelf.now, *shelf.school.chain, 1}, shelf.verifier
    );

    REQUIRE(cleared);
    CHECK(cleared->gone == 1);
    CHECK(shelf.left() == std::vector{second_day, third_day, fourth_day});
    CHECK_FALSE(shelf.target->has(oldest));
    CHECK(shelf.target->has(old));
    CHECK(shelf.target->has(newest));
}

TEST_CASE("backup: nothing of a backup under the key before goes", "[backup]") {
    Shelf shelf;
    const auto kept = shelf.part(1);
    shelf.backup(first_day, {kept});
    const BackupKey before = backup_key(7);
    shelf.key = backup_key(8); // as after `recover`: the node has made a key of its own
    const auto mine = shelf.part(1);
    for (const std::string& day : {second_day, third_day})
        shelf.backup(day, {mine});

    const auto cleared = shelf.clear(3);

    REQUIRE(cleared);
    CHECK(cleared->gone == 0);
    CHECK(cleared->uncounted == std::vector{first_day});
    CHECK(shelf.target->get(before, kept).has_value());
    CHECK(shelf.target->read_backup(before, first_day, shelf.verifier));
}

// The attack: whoever can write on the share copies an old backup to the newest names, and the node
// itself takes the good ones away.
TEST_CASE("backup: one under the name of another time counts for none", "[backup]") {
    Shelf shelf;
    const auto part = shelf.part(1);
    shelf.backup(first_day, {part});
    shelf.backup(second_day, {part});
    for (const std::string& copy : {third_day, fourth_day})
        shelf.backup(copy, {part}, first_day);

    const auto cleared = shelf.clear(1);

    REQUIRE(cleared);
    CHECK(cleared->uncounted == std::vector{third_day, fourth_day});
    CHECK(shelf.left() == std::vector{second_day, third_day, fourth_day});
}

// The attack: a server is stolen and its key ended. It still has the key of the backups, and brings
// along the chain in which its own key stands.
TEST_CASE("backup: those of a key that has ended count for none", "[backup]") {
    Shelf shelf;
    const auto part = shelf.part(1);
    const auto stolen = shelf.part(2);
    const crypto::SigningKey thief_key = signing_key(2); // as the school's first node
    REQUIRE(thief_key.public_key() == shelf.school.node.public_key());
    const Shelf::Server thief{thief_key, shelf.school.chain->wire()};
    tests::SeededRandom random(5);
    const crypto::SigningKey next = signing_key(70);
    const identity::Certificate certificate{
        next.public_key(),
        random.make<TransportPublicKey>(),
        random.make<EncryptionPublicKey>(),
        random.make<identity::CertificateId>()};
    const auto certified =
        identity::certify(thief.chain, shelf.school.root, certificate, shelf.verifier);
    REQUIRE(certified);
    const auto first_id = shelf.school.chain->nodes().front().certificate.id;
    const auto ended =
        identity::revoke(*certified, shelf.school.root, first_id, {}, shelf.verifier);
    REQUIRE(ended);
    const Shelf::Server ours{next, *ended};
    shelf.put(ours, first_day, {part}, first_day);
    shelf.put(thief, second_day, {stolen}, second_day);
    shelf.put(thief, third_day, {stolen}, third_day);
    const auto before = identity::IdentityChain::parse(thief.chain, shelf.verifier);
    const auto after = identity::IdentityChain::parse(*ended, shelf.verifier);

    const auto manifest = shelf.target->read_backup(shelf.key, third_day, shelf.verifier);
    REQUIRE(manifest);
    CHECK(is_signed_in_force(*manifest, *before));
    CHECK_FALSE(is_signed_in_force(*manifest, *after));
    // Also where the node that clears has not heard of it: the better chain lies in the folder.
    for (const auto& chain : {after, before}) {
        const auto cleared =
            keep_newest(*shelf.target, shelf.key, {1, shelf.now, *chain}, shelf.verifier);
        REQUIRE(cleared);
        CHECK(cleared->gone == 0);
        CHECK(cleared->uncounted == std::vector{second_day, third_day});
        CHECK(shelf.left() == std::vector{first_day, second_day, third_day});
    }
    // What they alone have goes with them.
    shelf.put(ours, fourth_day, {part}, fourth_day);
    REQUIRE(keep_newest(*shelf.target, shelf.key, {1, shelf.now, *after}, shelf.verifier));
    CHECK(shelf.left() == std::vector{fourth_day});
    CHECK(shelf.target->has(part));
    CHECK_FALSE(shelf.target->has(stolen));
}

// A clock was ahead for two nights, and was set right.
TEST_CASE("backup: those of the time to come push out no good one", "[backup]") {
    Shelf shelf;
    const auto part = shelf.part(1);
    for (const char* ahead : {"20400101T000000Z", "20400102T000000Z"})
        shelf.backup(ahead, {part});
    shelf.backup(first_day, {part});
    shelf.backup(second_day, {part});

    REQUIRE(shelf.clear(1));

    CHECK(
        shelf.left() == std::vector<std::string>{second_day, "20400101T000000Z", "20400102T000000Z"}
    );
}

TEST_CASE(
    "backup: a part that was set aside is read, and goes when it has come again", "[backup]"
) {
    Shelf shelf;
    const auto part = shelf.part(1);
    shelf.backup(first_day, {part});
    shelf.target->set_aside(part);

    CHECK_FALSE(shelf.target->has(part)); // so the next backup brings it again
    CHECK(shelf.target->get(shelf.key, part).has_value());
    REQUIRE(shelf.clear(1));
    CHECK(shelf.target->get(shelf.key, part).has_value());

    CHECK(shelf.part(1).name == part.name);
    REQUIRE(shelf.clear(1));
    shelf.target->set_aside(part); // takes the place of the one that is gone
    CHECK(shelf.target->get(shelf.key, part).has_value());
    std::size_t files = 0;
    for (const auto& each : fs::recursive_directory_iterator(shelf.folder + "/parts"))
        files += each.is_regular_file() ? 1U : 0U;
    CHECK(files == 1);
}

TEST_CASE("backup: a name is the time at which it was made", "[backup]") {
    const WallTime made{1'793'000'000'000};
    CHECK(time_of_backup(backup_id(made))->ms == made.ms);
    for (const char* wrong :
         {"", "20261101T000000", "2026T101T000000Z", "20269901T000000Z", "keys"})
        CHECK_FALSE(time_of_backup(wrong));
}

TEST_CASE("backup: a view reads what a restore would write, and writes nothing", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    const BackupKey key = backup_key(7);
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
    REQUIRE(target);
    const auto made = school.back_up(*target, key);
    REQUIRE(made);
    crypto::SodiumVerifier verifier;
    const auto manifest = target->read_backup(key, made->id, verifier);
    REQUIRE(manifest);
    BackupView view(*target, key, *manifest, "somewhere");

    const std::string whole = content(school.folder + "/files/ab/abcd");
    const auto file = view.open("somewhere/files/ab/abcd", OpenMode::read);
    REQUIRE(file);
    CHECK(*(*file)->size() == whole.size());
    for (const std::uint64_t offset : {0UL, 1UL, part_bytes_max - 3, part_bytes_max, 2UL << 20U})
        for (const std::size_t count : {std::size_t{1}, std::size_t{7}, 2 * part_bytes_max}) {
            Bytes got(count);
            const auto size = (*file)->read_at(offset, got);
            REQUIRE(size);
            CHECK(as_text(ByteView(got).first(*size)) == whole.substr(offset, count));
        }
    Bytes beyond(5);
    CHECK(*(*file)->read_at(whole.size(), beyond) == 0);
    CHECK(*view.list("somewhere") == std::vector<std::string>{"files", "identity", "keys"});
    CHECK(*view.list("somewhere/files") == std::vector<std::string>{"ab"});
    CHECK(view.list("somewhere/texts").error().code == Errc::not_found);
    CHECK(*view.exists("somewhere/files/ab"));
    CHECK_FALSE(*view.exists("somewhere/files/a"));
    CHECK_FALSE(view.open("somewhere/keys", OpenMode::append));
    CHECK_FALSE(view.remove("somewhere/keys"));
    CHECK(check_parts(*target, key, *manifest));
    CHECK_FALSE(fs::exists("somewhere"));

    // One flipped bit in any part is found.
    std::vector<fs::path> parts;
    for (const auto& entry : fs::recursive_directory_iterator(folder + "/parts"))
        if (entry.is_regular_file())
            parts.push_back(entry.path());
    for (const fs::path& path : parts) {
        const std::string bytes = content(path.string());
        std::string changed = bytes;
        changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
        std::ofstream(path, std::ios::binary) << changed;
        CHECK(check_parts(*target, key, *manifest).error().code == Errc::corrupt);
        CHECK_FALSE(fs::exists(path)); // so that the next backup brings it again
        std::ofstream(path, std::ios::binary) << bytes;
    }
}

} // namespace staffroom::storage
