// A file system that reads a real one and keeps every change in memory, to look at a store on a
// disk that takes nothing more. Not here: writing anything back. The changes are gone when it is
// destroyed. Used by app and by `verify` when there is no room to start.
#pragma once

#include "storage/files/file_system.hpp"

#include <map>
#include <mutex>
#include <set>

namespace staffroom::storage {

class OverlayFileSystem final : public FileSystem {
public:
    /// Makes an overlay over `below`, which outlives it; nothing of it is changed, apart from the
    /// locks taken there.
    explicit OverlayFileSystem(FileSystem& below)
        : below_(below) {}

    /// The changed state of one file: the beginning of the real one, and bytes behind it.
    struct Changed;

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

private:
    [[nodiscard]] Result<std::shared_ptr<Changed>> find(const std::string& path, OpenMode mode);

    FileSystem& below_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Changed>> changed_;
    std::set<std::string> removed_;
    std::set<std::string> directories_;
};

} // namespace staffroom::storage
