#include "storage/files/broken_restore.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/store/store.hpp"
#include "tests/support/store/backup_school.hpp"

namespace staffroom::storage {
namespace {

/// A school, its backup, and a folder in which a restore of it was broken off.
struct Broken {
    explicit Broken(const tests::TempFolder& place)
        : key(backup_key(7)) {
        fs::create_directories(place.path());
        school.emplace(place.path(), std::uint8_t{1});
        const std::string folder = (place.path() / "target").string();
        target.emplace(
            *BackupTarget::open_to_write(folder, school->chain->school(), NewTarget::made)
        );
        const auto made = school->back_up(*target, key);
        REQUIRE(made);
        crypto::SodiumVerifier verifier;
        manifest.emplace(*target->read_backup(key, made->id, verifier));
        back = (place.path() / "back").string();
        missing = path_of_largest(place.path() / "target" / "parts");
        fs::rename(missing, place.path() / "aside");
        REQUIRE_FALSE(restore());
        fs::rename(place.path() / "aside", missing);
    }
    static fs::path path_of_largest(const fs::path& parts) {
        fs::path largest;
        for (const auto& entry : fs::recursive_directory_iterator(parts))
            if (entry.is_regular_file() &&
                (largest.empty() || entry.file_size() > fs::file_size(largest)))
                largest = entry.path();
        return largest;
    }
    [[nodiscard]] Result<void> restore() {
        return restore_backup(school->files, *target, key, *manifest, back);
    }

    BackupKey key;
    std::optional<School> school{};
    std::optional<BackupTarget> target{};
    std::optional<BackupManifest> manifest{};
    std::string back{};
    fs::path missing{};
};

} // namespace

TEST_CASE("broken restore: its rest is known, and the next try replaces it", "[backup]") {
    const tests::TempFolder place("backup");
    Broken broken(place);

    const auto rest = find_broken_restore(broken.back);
    REQUIRE(rest);
    CHECK(rest->school == broken.school->chain->school());
    CHECK(rest->backups == broken.target->folder());
    CHECK(
        broken_restore_step(broken.back, *rest).find(broken.target->folder()) != std::string::npos
    );
    CHECK(open_node_folder(broken.back).error().code == Errc::not_found);
    tests::SeededRandom random(3);
    CHECK(create_node_folder(broken.back, {"", {1}}, random).error().code == Errc::already_exists);
    CHECK_FALSE(fs::exists(broken.back + "/keys"));
    std::ofstream(broken.back + "/keys.new") << "secr"; // killed at the last step
    REQUIRE(broken.restore());
    CHECK_FALSE(fs::exists(broken.back + "/restoring"));
    CHECK(content(broken.back + "/keys") == "secrets");
    CHECK_FALSE(fs::exists(broken.back + "/keys.new"));
}

TEST_CASE("broken restore: a school behind the mark lives and stays", "[backup]") {
    const tests::TempFolder place("backup");
    Broken broken(place);
    const fs::path living = place.path() / "living";
    tests::SeededRandom random(3);
    REQUIRE(create_node_folder(living, {"# ours", {1}}, random));
    broken.back = living.string();

    CHECK(broken.restore().error().code == Errc::already_exists);
    std::ofstream(living / "restoring").close();
    CHECK_FALSE(find_broken_restore(living));
    CHECK(broken.restore().error().code == Errc::already_exists);
    CHECK(content((living / "staffroom.toml").string()) == "# ours");
    CHECK(open_node_folder(living));
}

TEST_CASE("broken restore: what no restore of this school has left stays", "[backup]") {
    const tests::TempFolder place("backup");
    Broken broken(place);
    std::ofstream(broken.back + "/letter.txt") << "Dear head,";

    CHECK(broken.restore().error().code == Errc::already_exists);
    CHECK(content(broken.back + "/letter.txt") == "Dear head,");
    fs::remove(broken.back + "/letter.txt");
    const School other(place.path(), 20);
    REQUIRE(mark_restore(
        broken.school->files, broken.back, other.chain->school(), broken.target->folder()
    ));
    CHECK(broken.restore().error().code == Errc::already_exists);
    std::ofstream(broken.back + "/restoring").close(); // an older version's, or cut short
    CHECK(broken.restore());
}

TEST_CASE("broken restore: nothing goes while another restore or a node holds it", "[backup]") {
    const tests::TempFolder place("backup");
    Broken broken(place);
    {
        const auto other = broken.school->files.lock(broken.back + "/restoring");
        REQUIRE(other);
        CHECK(broken.restore().error().code == Errc::in_use);
    }
    {
        fs::create_directories(broken.back + "/store");
        const auto lock = store_paths(broken.back + "/store").lock;
        const auto node = broken.school->files.lock(lock);
        REQUIRE(node);
        CHECK(broken.restore().error().code == Errc::in_use);
    }
    CHECK(broken.restore());
}

} // namespace staffroom::storage
