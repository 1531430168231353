// Which backup a command means, and what opens it: a folder of backups, the key of the data folder
// or the recovery phrase, and the sight of who has signed. On the folder of backups alone, so that
// it works on an empty machine too. Called by backup and check beside it.
#pragma once

#include "cli/output/failure.hpp"
#include "storage/backup/backup_target.hpp"

#include <filesystem>
#include <optional>

namespace staffroom::cli {

/// What opens backups, and who may have signed them.
struct Opener {
    std::vector<storage::BackupKey> keys;
    std::optional<SigningPublicKey> root;           // of the phrase
    std::optional<SchoolId> school;                 // of the data folder
    std::optional<identity::IdentityChain> chain{}; // of the school: the best one that is known
};

/// A folder of backups, what opens it, and one backup in it.
struct Chosen {
    storage::BackupTarget target;
    Opener opener;
    std::string id;
    bool is_named; // and not only the newest
};

/// The backup as it was typed: a name, a path, or nothing, which is the newest.
struct TypedBackup {
    std::string which;
    std::filesystem::path folder;      // empty: of the settings
    std::filesystem::path phrase_file; // empty: the data folder has the key
};

[[nodiscard]] Outcome<Chosen>
choose(storage::FileSystem& files, const TypedBackup& typed, const std::filesystem::path& data);

struct OpenBackup {
    storage::BackupManifest manifest;
    const storage::BackupKey* key; // of the opener
    bool is_ended;                 // the school has ended the key that has signed it
};

/// Opens one and sees that this school's node has signed it: whoever may write where backups lie
/// can put one of his own there.
[[nodiscard]] Outcome<OpenBackup>
open_backup(const storage::BackupTarget& target, const Opener& opener, const std::string& id);

/// Says that a backup is one of a key that the school has ended.
[[nodiscard]] Failure ended_backup(const std::string& id);

/// Says that a backup cannot be brought back. `what` is a sentence, or empty.
[[nodiscard]] Failure damaged_backup(const std::string& id, const std::string& what);

} // namespace staffroom::cli
