// The files of one folder in which strangers may write too: a share, a disk that is carried about.
// The attack: a link below it leads into the node's own data, where a name is emptied or removed in
// its place; a queue without a writer keeps the reader for ever; a second name of a file is written
// through. So no link is followed below the folder, whenever it is put there; nothing is opened but
// plain files; and what is written is a file of its own. Not here: what the bytes are worth, which
// whoever reads them checks. Made by BackupTarget.
#pragma once

#include "storage/files/file_system.hpp"
#include "storage/files/posix_file.hpp"

namespace staffroom::storage {

/// Paths are relative to the folder, "." is the folder; ".." is no path. The folder stays the one
/// that was opened, though another disk is mounted over it meanwhile.
class FencedFileSystem final : public FileSystem {
public:
    /// Opens the folder; links on the way to it are its owner's and are followed. Errors:
    /// not_found, io_error.
    [[nodiscard]] static Result<std::unique_ptr<FencedFileSystem>> open_folder(std::string folder);

    /// As FileSystem::open, for `read` and `create`. Errors besides: io_error (a link, or no plain
    /// file).
    [[nodiscard]] Result<std::unique_ptr<File>>
    open(const std::string& path, OpenMode mode) override;
    /// Also true for a link, wherever it leads.
    [[nodiscard]] Result<bool> exists(const std::string& path) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& directory) override;
    [[nodiscard]] Result<void> remove(const std::string& path) override;
    [[nodiscard]] Result<void> remove_directory(const std::string& path) override;
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] Result<void> create_directory(const std::string& path) override;
    [[nodiscard]] Result<void> sync_directory(const std::string& path) override;
    [[nodiscard]] Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;

private:
    FencedFileSystem(std::string folder, Descriptor root)
        : folder_(std::move(folder))
        , root_(std::move(root)) {}
    [[nodiscard]] Result<Descriptor> walk_to(const std::string& directory) const;
    [[nodiscard]] Result<Descriptor> open_plain(const std::string& path, int flags) const;
    [[nodiscard]] std::string whole(const std::string& path) const { return folder_ + "/" + path; }

    std::string folder_;
    Descriptor root_;
};

} // namespace staffroom::storage
