// A folder of backups whose content a test chooses.
#pragma once

#include "storage/backup/backup_keeping.hpp"
#include "tests/support/store/backup_school.hpp"

namespace staffroom::storage {

/// A target with backups of one file each, whose parts a test chooses.
struct Shelf {
    Shelf()
        : place("backup")
        , school((fs::create_directories(place.path()), place.path()), 1)
        , folder((place.path() / "target").string()) {
        auto opened = BackupTarget::open_to_write(folder, school.chain->school(), NewTarget::made);
        REQUIRE(opened);
        target.emplace(std::move(*opened));
    }
    BackupPart part(std::uint8_t number) {
        const Bytes bytes(10, number);
        const BackupPart part{key.name_of(bytes), 10};
        REQUIRE(target->put(key, part, bytes));
        return part;
    }
    /// With the name of one time, as it was made at that or another one.
    void backup(
        const std::string& id, const std::vector<BackupPart>& parts, const std::string& made = ""
    ) const {
        put(Server{school.node, school.chain->wire()}, id, parts, made.empty() ? id : made);
    }
    /// A server of the school: its key, and the chain as it knows it.
    struct Server {
        const crypto::SigningKey& node;
        Bytes chain;
    };
    void
    put(const Server& server,
        const std::string& id,
        const std::vector<BackupPart>& parts,
        const std::string& made) const {
        const BackupManifest manifest{
            time_of_backup(made).value_or(WallTime{1}),
            server.node.public_key(),
            server.chain,
            {{BackupKind::file, "keys", parts}}};
        REQUIRE(target->put_backup(key, id, encode_signed_manifest(manifest, server.node)));
    }
    void damage(const std::string& id) const {
        const std::string path = folder + "/backups/" + id;
        fs::resize_file(path, fs::file_size(path) - 1);
    }
    /// Keeps so many of the newest, as the school's own node does.
    Result<Cleared> clear(std::size_t count) {
        return keep_newest(*target, key, {count, now, *school.chain}, verifier);
    }
    std::vector<std::string> left() const { return *target->backups(); }

    tests::TempFolder place;
    School school;
    BackupKey key = backup_key(7);
    std::string folder;
    std::optional<BackupTarget> target{};
    crypto::SodiumVerifier verifier{};
    WallTime now{*time_of_backup("20261201T000000Z")};
};

inline const std::string first_day = "20261101T000000Z";
inline const std::string second_day = "20261102T000000Z";
inline const std::string third_day = "20261103T000000Z";
inline const std::string fourth_day = "20261104T000000Z";

} // namespace staffroom::storage
