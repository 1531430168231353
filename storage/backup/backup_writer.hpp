// Makes one backup of a data folder whose node goes on: the rows of its databases as they stand at
// one moment, then the files that these rows name, which are written before them and never change
// but by erasing. A part that the target has already is not written again. Not here: when, and to
// where (node/services/backup).
#pragma once

#include "storage/backup/backup_target.hpp"
#include "storage/database/database.hpp"

#include <functional>

namespace staffroom::storage {

/// What is copied. The databases stay open at their node.
struct BackupSource {
    std::string folder;
    const Database& store;
    const Database& accounts;
    const identity::IdentityChain& chain;
    const crypto::SigningKey& key; // of this node
};

struct BackupReport {
    std::string id;
    std::uint64_t files;
    std::uint64_t bytes;   // of all contents
    std::uint64_t written; // of those that the target did not have
    // Found when the backups there were counted, as in Cleared.
    std::vector<std::string> uncounted{};
    std::size_t uncounted_more = 0;
    std::size_t stuck = 0;
};

/// Makes a backup. `is_stopping` is asked between parts. Errors: closed (it said yes), disk_full
/// and io_error (of the target, or of the folder), corrupt (of the folder), too_large (more parts
/// than a manifest holds).
[[nodiscard]] Result<BackupReport> write_backup(
    FileSystem& files,
    const BackupSource& source,
    BackupTarget& target,
    const BackupKey& key,
    const std::function<bool()>& is_stopping
);

} // namespace staffroom::storage
