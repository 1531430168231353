#include "storage/backup/backup_reader.hpp"
#include "storage/backup/backup_writer.hpp"
#include "storage/files/posix_files.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/store/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

namespace staffroom::storage {
namespace {

namespace fs = std::filesystem;

crypto::SigningKey signing_key(std::uint8_t number) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(number);
    return crypto::SigningKey(crypto::Secret32(seed));
}

/// A school with one node, and a data folder with rows and files.
struct School {
    explicit School(const fs::path& place, std::uint8_t number)
        : folder((place / ("data" + std::to_string(number))).string())
        , root(signing_key(number))
        , node(signing_key(static_cast<std::uint8_t>(number + 1))) {
        tests::SeededRandom random(number);
        const identity::Certificate certificate{
            node.public_key(),
            random.make<TransportPublicKey>(),
            random.make<EncryptionPublicKey>(),
            random.make<identity::CertificateId>()};
        const auto founded = identity::found_school(
            root, signing_key(99).public_key(), certificate, WallTime{1}, random
        );
        crypto::SodiumVerifier verifier;
        chain.emplace(*identity::IdentityChain::parse(founded.wire, verifier));
        fs::create_directories(folder + "/store/segments");
        fs::create_directories(folder + "/files/ab");
        fs::create_directories(folder + "/files/partial");
        write("keys", "secrets");
        write("identity", "a chain");
        write("files/ab/abcd", std::string(3 * part_bytes_max + 5, 'x'));
        write("files/partial/begun", "half");
        write("mark", "of this machine");
        store = *Database::open(files, folder + "/store/index");
        accounts = *Database::open(files, folder + "/accounts");
        put_rows(0, 3000);
    }
    void write(const std::string& path, const std::string& text) const {
        std::ofstream(folder + "/" + path, std::ios::binary) << text;
    }
    void put_rows(unsigned begin, unsigned end) const {
        RowBatch batch;
        for (unsigned i = begin; i < end; ++i) {
            Bytes key;
            append_u32_be(key, i);
            batch.put(key, Bytes(400, static_cast<std::uint8_t>(i)));
        }
        REQUIRE(store->write(batch));
    }
    [[nodiscard]] Result<BackupReport> back_up(BackupTarget& target, const BackupKey& key) {
        return write_backup(files, {folder, *store, *accounts, *chain, node}, target, key, [] {
            return false;
        });
    }

    PosixFileSystem files;
    std::string folder;
    crypto::SigningKey root;
    crypto::SigningKey node;
    std::optional<identity::IdentityChain> chain{};
    std::unique_ptr<Database> store{};
    std::unique_ptr<Database> accounts{};
};

BackupKey backup_key(std::uint8_t number) {
    std::array<std::uint8_t, 32> secret{};
    secret.fill(number);
    return BackupKey(crypto::Secret32(secret));
}

std::string all_rows(const Database& database) {
    std::string out;
    REQUIRE(database.for_each({}, {}, [&](ByteView key, ByteView value) -> Result<bool> {
        out += std::string(as_text(key)) + std::string(as_text(value));
        return true;
    }));
    return out;
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("backup: what the phrase opens is the folder as it was", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    const BackupKey key = backup_key(7);
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(school.files, folder, school.chain->school());
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
    auto target = BackupTarget::open_to_write(school.files, folder, school.chain->school());
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
    auto target = BackupTarget::open_to_write(school.files, folder, school.chain->school());
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

TEST_CASE("backup: the newest stay, with every part that they have", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    const BackupKey key = backup_key(7);
    const std::string folder = (place.path() / "target").string();
    auto target = BackupTarget::open_to_write(school.files, folder, school.chain->school());
    REQUIRE(target);
    crypto::SodiumVerifier verifier;
    const auto with_file = [&](const char* id, const Bytes& bytes) {
        const BackupPart part{key.name_of(bytes), static_cast<std::uint32_t>(bytes.size())};
        REQUIRE(target->put(key, part, bytes));
        const BackupManifest manifest{
            WallTime{1},
            school.node.public_key(),
            school.chain->wire(),
            {{BackupKind::file, "keys", {part}}}};
        REQUIRE(target->put_backup(key, id, encode_signed_manifest(manifest, school.node)));
        return part;
    };
    const auto oldest = with_file("20261101T000000Z", Bytes(10, 1));
    const auto middle = with_file("20261102T000000Z", Bytes(10, 2));
    const auto newest = with_file("20261103T000000Z", Bytes(10, 3));

    CHECK(*target->keep_newest(key, 2, verifier) == 1);

    CHECK(target->backups()->size() == 2);
    CHECK_FALSE(target->has(oldest));
    CHECK(target->has(middle));
    CHECK(target->has(newest));
}

TEST_CASE("backup: a target that was killed while it was made is made again", "[backup]") {
    const tests::TempFolder place("backup");
    const fs::path folder = place.path() / "target";
    fs::create_directories(place.path());
    School school(place.path(), 1);
    fs::create_directories(folder / "keys");
    fs::create_directories(folder / "parts");
    std::ofstream(folder / "staffroom-backup.new") << "staff";

    CHECK(BackupTarget::open_to_write(school.files, folder.string(), school.chain->school()));
    CHECK(BackupTarget::open_to_read(school.files, folder.string()));
}

TEST_CASE("backup: another school's folder is not written to", "[backup]") {
    const tests::TempFolder place("backup");
    fs::create_directories(place.path());
    School school(place.path(), 1);
    School other(place.path(), 20);
    const std::string folder = (place.path() / "target").string();
    {
        const auto target =
            BackupTarget::open_to_write(school.files, folder, school.chain->school());
        REQUIRE(target);
        CHECK(
            BackupTarget::open_to_write(school.files, folder, school.chain->school())
                .error()
                .code == Errc::in_use
        );
    }
    CHECK(
        BackupTarget::open_to_write(school.files, folder, other.chain->school()).error().code ==
        Errc::wrong_school
    );
    CHECK(
        BackupTarget::open_to_write(school.files, school.folder, school.chain->school())
            .error()
            .code == Errc::bad_configuration
    );
}

} // namespace staffroom::storage
