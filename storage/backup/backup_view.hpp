// A backup seen as the data folder that it would become, with nothing of it on a disk: files are
// opened part by part as they are read. To check a backup where it may not be written in the clear.
// The attack: a check that brings the backup back into a scratch folder and is killed there leaves
// records, keys and drafts to whoever reads that disk later, which is what sealing them was for.
// Called by `staffroom backup verify`, below an overlay that holds the databases.
#pragma once

#include "storage/backup/backup_target.hpp"

#include <list>
#include <map>
#include <mutex>

namespace staffroom::storage {

class BackupView final : public FileSystem {
public:
    /// Shows the files of `manifest` below `root`, which need not be a path of this machine. The
    /// arguments outlive the view. Nothing can be written, and its locks are nobody else's.
    BackupView(
        const BackupTarget& target,
        const BackupKey& key,
        const BackupManifest& manifest,
        std::string root
    );

    [[nodiscard]] Result<std::unique_ptr<File>>
    open(const std::string& path, OpenMode mode) override;
    [[nodiscard]] Result<bool> exists(const std::string& path) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& directory) override;
    [[nodiscard]] Result<void> remove(const std::string& path) override;
    [[nodiscard]] Result<void> remove_directory(const std::string& path) override;
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] Result<void> create_directory(const std::string& path) override;
    [[nodiscard]] Result<void> sync_directory(const std::string& path) override;
    [[nodiscard]] Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

    /// A part in the clear: of the few that were read last, or opened now. Errors: as
    /// BackupTarget::get.
    [[nodiscard]] Result<std::shared_ptr<const Bytes>> content_of(const BackupPart& part);

private:
    struct Opened {
        Digest name;
        std::shared_ptr<const Bytes> content;
    };

    const BackupTarget& target_;
    const BackupKey& key_;
    std::map<std::string, const BackupFile*> files_;
    std::mutex mutex_;
    std::list<Opened> opened_; // the last one first
};

/// Opens every part of a backup and holds it against its name; each one once. What is damaged goes
/// from the target, so that the next backup brings it again. Errors: corrupt and not_found (the
/// detail names the file), io_error.
[[nodiscard]] Result<void>
check_parts(const BackupTarget& target, const BackupKey& key, const BackupManifest& manifest);

} // namespace staffroom::storage
