// A folder of backups, on another disk or a share: parts by their names, what each backup holds,
// and the key of all of them, sealed to the school's root keys. So a backup and the recovery phrase
// are enough on an empty machine, and whoever keeps the disk reads nothing. Not here: what is in a
// backup (backup_manifest), how a data folder becomes parts (backup_writer), and which backups stay
// (backup_keeping).
//
//   TARGET/staffroom-backup      format and school, for people          TARGET/lock
//   TARGET/keys/<root key>-<key>  a key of the target, sealed to it
//   TARGET/parts/ab/<name>       a part, sealed under its name
//   TARGET/backups/<time>        name of the manifest ‖ the manifest, sealed
#pragma once

#include "protocol/crypto/secret.hpp"
#include "protocol/identity/chain.hpp"
#include "storage/backup/backup_manifest.hpp"
#include "storage/files/fenced_files.hpp"

#include <memory>
#include <set>
#include <string>

namespace staffroom::storage {

/// What opens a target: the names of parts are hashes under it, so that nobody can ask a name
/// whether a known file is among the school's.
class BackupKey {
public:
    explicit BackupKey(crypto::Secret32 secret);
    [[nodiscard]] const crypto::Secret32& secret() const { return secret_; }
    /// Tells keys apart, and nothing of them.
    [[nodiscard]] std::string public_name() const;
    [[nodiscard]] Digest name_of(ByteView content) const;
    [[nodiscard]] Bytes seal(const Digest& name, ByteView content) const;
    /// Errors: decrypt_failed (changed, or of another key).
    [[nodiscard]] Result<Bytes> open(const Digest& name, ByteView sealed) const;

private:
    crypto::Secret32 secret_;
    crypto::Secret32 name_key_;
    crypto::Secret32 content_key_;
};

/// What becomes of a folder in which no backups are.
enum class NewTarget {
    made,    // the folders of a target, where it is absent or empty
    refused, // there were backups before: it is another disk, or the share is not mounted
};

/// A file that holds a part.
struct PartFile {
    std::string part; // its name as text
    bool is_aside;    // it was set aside as damaged
};

/// The folder belongs to others too, so everything below it is opened through a fence.
class BackupTarget {
public:
    /// Opens a folder for writing. Errors: wrong_school, bad_configuration (something else is in
    /// it), unknown_version, in_use (a backup is being written), not_found (no parent; no backups
    /// there, where a new target is refused), io_error, disk_full.
    [[nodiscard]] static Result<BackupTarget>
    open_to_write(const std::string& folder, const SchoolId& school, NewTarget fresh);
    /// Opens a folder for reading. Errors: not_found (no backups there), malformed,
    /// unknown_version, io_error.
    [[nodiscard]] static Result<BackupTarget> open_to_read(const std::string& folder);

    [[nodiscard]] const SchoolId& school() const { return school_; }
    /// As it was opened, for people.
    [[nodiscard]] const std::string& folder() const { return folder_; }

    /// Seals the key to every root key in force, and takes away what was sealed of it to others: a
    /// phrase that was replaced opens no backup any more.
    [[nodiscard]] Result<void>
    seal_key(const BackupKey& key, const identity::IdentityChain& chain) const;
    /// Every key that this root key opens: a node that came back without a backup made one of its
    /// own. Errors: not_found (none), io_error.
    [[nodiscard]] Result<std::vector<BackupKey>> open_keys(const crypto::SigningKey& root) const;

    /// Tells whether this part is here in its whole length.
    [[nodiscard]] bool has(const BackupPart& part) const;
    /// Durable once `sync_parts` has returned. Errors: io_error, disk_full; nothing is left then.
    [[nodiscard]] Result<void> put(const BackupKey& key, const BackupPart& part, ByteView content);
    [[nodiscard]] Result<void> sync_parts();
    /// Also where it was set aside. Errors: not_found, corrupt (changed, cut short, or not what its
    /// name says), io_error.
    [[nodiscard]] Result<Bytes> get(const BackupKey& key, const BackupPart& part) const;
    /// Moves a damaged part out of the way, so that the next backup brings it again. It may be the
    /// only copy, and only a cable that was bad: it stays until it has come again.
    void set_aside(const BackupPart& part) const;

    /// The names of all backups, the oldest first. Errors: io_error.
    [[nodiscard]] Result<std::vector<std::string>> backups() const;
    [[nodiscard]] Result<void>
    put_backup(const BackupKey& key, const std::string& id, ByteView manifest) const;
    /// Errors: not_found, corrupt (also one whose name is another time), decrypt_failed, those of
    /// parse_signed_manifest.
    [[nodiscard]] Result<BackupManifest>
    read_backup(const BackupKey& key, const std::string& id, crypto::Verifier& verifier) const;

    /// Takes one away; its parts stay. Durable once `sync_backups` has returned. Errors: not_found,
    /// io_error.
    [[nodiscard]] Result<void> remove_backup(const std::string& id) const;
    [[nodiscard]] Result<void> sync_backups() const;

    /// The names of the folders of parts. Errors: io_error.
    [[nodiscard]] Result<std::vector<std::string>> part_folders() const;
    /// The files of parts in one; what has no name of a part is not among them. Errors: io_error
    /// (also where it is no folder).
    [[nodiscard]] Result<std::vector<PartFile>> parts_in(const std::string& folder) const;
    [[nodiscard]] Result<void> remove_part(const PartFile& file) const;

private:
    BackupTarget(std::string folder, std::unique_ptr<FencedFileSystem> files, SchoolId school)
        : folder_(std::move(folder))
        , files_(std::move(files))
        , school_(school) {}
    [[nodiscard]] Result<Bytes>
    get_at(const std::string& path, const BackupKey& key, const BackupPart& part) const;

    std::string folder_;
    std::unique_ptr<FencedFileSystem> files_;
    SchoolId school_;
    std::unique_ptr<FileLock> lock_{};
    std::set<std::string> changed_{}; // folders of parts whose names are not synced yet
};

/// The time in a name. Errors: malformed.
[[nodiscard]] Result<WallTime> time_of_backup(const std::string& id);
/// The name of a backup that was made then; names are in the order of time.
[[nodiscard]] std::string backup_id(WallTime made);
[[nodiscard]] bool is_backup_id(const std::string& text);

} // namespace staffroom::storage
