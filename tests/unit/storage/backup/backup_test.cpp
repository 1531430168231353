#include "storage/backup/backup_reader.hpp"
#include "storage/backup/backup_view.hpp"
#include "tests/support/store/backup_school.hpp"

namespace staffroom::storage {
namespace {

std::string all_rows(const Database& database) {
    std::string out;
    REQUIRE(database.for_each({}, {}, [&](ByteView key, ByteView value) -> Result<bool> {
        out += std::string(as_text(key)) + std::string(as_text(value));
        return true;
    }));
    return out;
}

} // namespace

TEST_CASE("backup: what the phrase opens is the folder as it was", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    const BackupKey key = backup_key(7);
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
    REQUIRE(target);
    const auto made = school.back_up(*target, key);
    REQUIRE(made);

    const auto keys = target->open_keys(school.root);
    REQUIRE(keys);
    crypto::SodiumVerifier verifier;
    const auto manifest = target->read_backup(keys->front(), made->id, verifier);
    REQUIRE(manifest);
    const std::string back = (place.path() / "back").string();
    REQUIRE(restore_backup(school.files, *target, keys->front(), *manifest, back));

    for (const char* path : {"keys", "identity", "files/ab/abcd"})
        CHECK(content(back + "/" + path) == content(school.folder + "/" + path));
    CHECK(fs::exists(back + "/restored"));
    for (const char* left_out : {"mark", "files/partial/begun", "restoring"})
        CHECK_FALSE(fs::exists(back + "/" + left_out));
    const auto rows = Database::open(school.files, back + "/store/index");
    REQUIRE(rows);
    CHECK(all_rows(**rows) == all_rows(*school.store));
    CHECK_FALSE(target->open_keys(signing_key(50)));
}

TEST_CASE("backup: a second one writes what is new and little more", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    const BackupKey key = backup_key(7);
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
    REQUIRE(target);
    const auto first = school.back_up(*target, key);
    REQUIRE(first);
    school.put_rows(3000, 3010);
    const auto second = school.back_up(*target, key);

    REQUIRE(second);
    CHECK(second->bytes > first->bytes);
    CHECK(second->written > 0);
    CHECK(second->written < first->written / 4);
}

TEST_CASE("backup: a part that was changed, cut or swapped is not restored", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    const BackupKey key = backup_key(7);
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
    REQUIRE(target);
    const Bytes one(100, 1);
    const Bytes two(100, 2);
    const BackupPart part{key.name_of(one), 100};
    const BackupPart other{key.name_of(two), 100};
    REQUIRE(target->put(key, part, one));
    REQUIRE(target->put(key, other, two));
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder + "/parts"))
        if (entry.is_regular_file())
            paths.push_back(entry.path().string());
    REQUIRE(paths.size() == 2);
    CHECK(*target->get(key, part) == one);

    fs::rename(paths[0], paths[0] + "x");
    fs::copy_file(paths[1], paths[0]);
    const bool is_swap_seen = !target->get(key, part) || !target->get(key, other);
    CHECK(is_swap_seen);
    fs::rename(paths[0] + "x", paths[0]);
    CHECK(target->get(key, part).has_value());
    fs::resize_file(paths[0], 50);
    fs::resize_file(paths[1], 50);
    CHECK_FALSE(target->has(part));
    CHECK_FALSE(target->get(key, other));
}

TEST_CASE("backup: one that nobody of the school has signed is refused", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    BackupManifest manifest{
        WallTime{1},
        school.node.public_key(),
        school.chain->wire(),
        {{BackupKind::file, "keys", {}}}};
    crypto::SodiumVerifier verifier;
    CHECK(parse_signed_manifest(encode_signed_manifest(manifest, school.node), verifier));

    // The attacker knows the chain, which is public, and has a key of his own.
    const auto attacker = signing_key(60);
    const Bytes forged = encode_signed_manifest(manifest, attacker);
    CHECK(parse_signed_manifest(forged, verifier).error().code == Errc::bad_signature);
    manifest.node = attacker.public_key();
    const Bytes named = encode_signed_manifest(manifest, attacker);
    CHECK(parse_signed_manifest(named, verifier).error().code == Errc::bad_signature);
}

// The attack: a thief with a server's key writes one part down twice, with two lengths; whoever
// knows a part by its name alone waits for bytes that never come, or reads beyond those there are.
TEST_CASE("backup: one with a part of two lengths is refused", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    crypto::SodiumVerifier verifier;
    const BackupKey key = backup_key(7);
    const Bytes bytes(100, 1);
    const Digest name = key.name_of(bytes);
    const auto parse = [&](std::vector<BackupFile> files) {
        const BackupManifest manifest{
            WallTime{1}, school.node.public_key(), school.chain->wire(), std::move(files)};
        return parse_signed_manifest(encode_signed_manifest(manifest, school.node), verifier);
    };
    const auto file = [](const char* path, std::vector<BackupPart> parts) {
        return BackupFile{BackupKind::file, path, std::move(parts)};
    };
    CHECK(parse({file("files/a", {{name, 100}, {name, 100}}), file("keys", {{name, 100}})}));
    for (const auto& files :
         {std::vector{file("keys", {{name, 100}, {name, 200}})},
          std::vector{file("files/a", {{name, 200}}), file("keys", {{name, 100}})}}) {
        const auto read = parse(files);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::malformed);
    }

    // And whoever is handed such a list all the same reads nothing beyond.
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
    REQUIRE(target);
    REQUIRE(target->put(key, {name, 100}, bytes));
    const BackupManifest crafted{
        WallTime{1},
        school.node.public_key(),
        school.chain->wire(),
        {file("keys", {{name, 100}, {name, 200}})}};
    BackupView view(*target, key, crafted, "somewhere");
    const auto opened = view.open("somewhere/keys", OpenMode::read);
    REQUIRE(opened);
    Bytes got(300);
    CHECK((*opened)->read_at(0, got).error().code == Errc::corrupt);
    CHECK((*opened)->read_at(250, got).error().code == Errc::corrupt);
}

TEST_CASE("backup: a path leads nowhere but into a data folder", "[backup]") {
    for (const char* right :
         {"keys", "files/ab/abcd", "store/segments/segment-00000000", "texts/p/slot"})
        CHECK(is_backup_path(right, BackupKind::file));
    for (const char* wrong :
         {"",
          "/etc/passwd",
          "../keys",
          "files/../../x",
          "files//x",
          "files/.ssh",
          "store/index/CURRENT",
          "store/lock",
          "mark",
          "api.token",
          "restored",
          "texts/a/b/c/d",
          "files/a b",
          "keys/"})
        CHECK_FALSE(is_backup_path(wrong, BackupKind::file));
    CHECK(is_backup_path("accounts", BackupKind::rows));
    CHECK_FALSE(is_backup_path("keys", BackupKind::rows));
}

TEST_CASE("backup: a target that was killed while it was made is made again", "[backup]") {
    const tests::TempFolder place("backup");
    const fs::path folder = place.path() / "target";
    fs::create_directories(place.path());
    School school(place.path(), 1);
    fs::create_directories(folder / "keys");
    fs::create_directories(folder / "parts");
    std::ofstream(folder / "staffroom-backup.new") << "staff";

    CHECK(BackupTarget::open_to_write(folder.string(), school.chain->school(), NewTarget::made));
    CHECK(BackupTarget::open_to_read(folder.string()));
}

TEST_CASE("backup: another school's folder is not written to", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    School other(place.path(), 20);
    const std::string folder = (place.path() / "target").string();
    {
        const auto target =
            BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
        REQUIRE(target);
        CHECK(
            BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made)
                .error()
                .code == Errc::in_use
        );
    }
    CHECK(
        BackupTarget::open_to_write(folder, other.chain->school(), NewTarget::made).error().code ==
        Errc::wrong_school
    );
    CHECK(
        BackupTarget::open_to_write(school.folder, school.chain->school(), NewTarget::made)
            .error()
            .code == Errc::bad_configuration
    );
}

} // namespace staffroom::storage
