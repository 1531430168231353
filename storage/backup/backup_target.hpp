// A folder of backups, on another disk or a share: parts by their names, what each backup holds,
// and the key of all of them, sealed to the school's root keys. So a backup and the recovery phrase
// are enough on an empty machine, and whoever keeps the disk reads nothing. Not here: what is in a
// backup (backup_manifest), and how a data folder becomes parts (backup_writer).
//
//   TARGET/staffroom-backup      format and school, for people          TARGET/lock
//   TARGET/keys/<root key>-<key>  a key of the target, sealed to it
//   TARGET/parts/ab/<name>       a part, sealed under its name
//   TARGET/backups/<time>        name of the manifest ‖ the manifest, sealed
#pragma once

#include "protocol/crypto/secret.hpp"
#include "protocol/identity/chain.hpp"
#include "storage/backup/backup_manifest.hpp"
#include "storage/files/file_system.hpp"

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

class BackupTarget {
public:
    /// Opens a folder for writing; makes it where it is absent or empty, and its parent is there.
    /// Errors: wrong_school, bad_configuration (something else is in it), unknown_version, in_use
    /// (a backup is being written), not_found (no parent), io_error, disk_full.
    [[nodiscard]] static Result<BackupTarget>
    open_to_write(FileSystem& files, const std::string& folder, const SchoolId& school);
    /// Opens a folder for reading. Errors: not_found (no backups there), malformed,
    /// unknown_version, io_error.
    [[nodiscard]] static Result<BackupTarget>
    open_to_read(FileSystem& files, const std::string& folder);

    [[nodiscard]] const SchoolId& school() const { return school_; }
    [[nodiscard]] const std::string& folder() const { return folder_; }

    /// Seals the key to every root key in force to which it is not sealed yet, and takes away what
    /// was sealed of it to others: a phrase that was replaced opens no backup any more.
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

    struct Cleared {
        std::size_t gone = 0;
        std::vector<std::string> unreadable; // that stay; the oldest first
    };
    struct Keeping {
        std::size_t count;
        WallTime now;
    };
    /// Keeps the newest backups that this key opens, and every part that one of these has. A backup
    /// that cannot be read counts for none and stays until so many newer ones can; what only it has
    /// stays as long. One that a clock ahead of time has made counts for none until then: it would
    /// push out every good one. Errors: io_error.
    [[nodiscard]] Result<Cleared>
    keep_newest(const BackupKey& key, const Keeping& keeping, crypto::Verifier& verifier) const;

private:
    BackupTarget(FileSystem& files, std::string folder, SchoolId school)
        : files_(&files)
        , folder_(std::move(folder))
        , school_(school) {}
    [[nodiscard]] std::string path_of(const Digest& part) const;
    struct Sorted;
    [[nodiscard]] Result<Sorted>
    sort_out(const BackupKey& key, const Keeping& keeping, crypto::Verifier& verifier) const;
    [[nodiscard]] Result<Bytes>
    get_at(const std::string& path, const BackupKey& key, const BackupPart& part) const;
    [[nodiscard]] Result<void> remove_parts(const Sorted& backups) const;

    FileSystem* files_;
    std::string folder_;
    SchoolId school_;
    std::shared_ptr<FileLock> lock_{};
    std::set<std::string> changed_{}; // folders of parts whose names are not synced yet
};

/// The time in a name. Errors: malformed.
[[nodiscard]] Result<WallTime> time_of_backup(const std::string& id);
/// The name of a backup that was made then; names are in the order of time.
[[nodiscard]] std::string backup_id(WallTime made);
[[nodiscard]] bool is_backup_id(const std::string& text);

} // namespace staffroom::storage
