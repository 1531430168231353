// Brings a backup back into a folder: every part opened and held against its name, the rows written
// into new databases, the node's keys last, so that half a restore is never taken for a school. Not
// here: whose backup it is, which is asked before (backup_target), and what a restored node may
// show (node/app).
#pragma once

#include "storage/backup/backup_target.hpp"

namespace staffroom::storage {

/// Stands in a folder that was brought back, until the node has heard from its neighbours what was
/// erased since.
inline constexpr const char* restored_mark = "restored";

/// Brings everything into `folder`, which is absent, empty, or holds half of an earlier try of the
/// same school; its parent is there. Errors: already_exists (something else is in it: a school,
/// half of another one, a file that no restore writes), in_use (another restore or a node works
/// there), corrupt and not_found (a part of the backup; the detail names the file), io_error,
/// disk_full.
[[nodiscard]] Result<void> restore_backup(
    FileSystem& files,
    const BackupTarget& target,
    const BackupKey& key,
    const BackupManifest& manifest,
    const std::string& folder
);

/// Opens one part of a file of a backup. One that is damaged goes from the target, so that the next
/// backup brings it again. Errors: corrupt and not_found (the detail names the file), io_error.
[[nodiscard]] Result<Bytes> part_of_backup(
    const BackupTarget& target, const BackupKey& key, const BackupFile& file, const BackupPart& part
);

/// Writes the rows of a database of the backup into a new one at `path`. Errors: those of
/// part_of_backup, malformed, io_error, disk_full.
[[nodiscard]] Result<void> bring_rows(
    FileSystem& files,
    const BackupTarget& target,
    const BackupKey& key,
    const BackupFile& file,
    const std::string& path
);

/// Reads the rows of a database out of the bytes of its parts: for `bring_rows` and the fuzzer.
class BackupRows {
public:
    using Visitor = std::function<Result<void>(ByteView key, ByteView value)>;
    /// Takes more bytes and visits every row that is whole. Errors: malformed (a length that no row
    /// has), the visitor's.
    [[nodiscard]] Result<void> take(ByteView bytes, const Visitor& visitor);
    /// Tells whether no row was cut off.
    [[nodiscard]] bool is_whole() const { return rest_.empty(); }

private:
    Bytes rest_;
};

} // namespace staffroom::storage
