// The real file interface: POSIX calls, one descriptor a file. Not here: buffering, caching,
// retries. Made once by the code that opens a data folder, and passed to the store.
#pragma once

#include "storage/files/file_system.hpp"

namespace staffroom::storage {

class PosixFileSystem final : public FileSystem {
public:
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
};

} // namespace staffroom::storage
