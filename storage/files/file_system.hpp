// The one file interface of storage: files, directories, locks. LevelDB sees it through
// env_adapter, segments and the mark use it directly. Not here: any meaning of the bytes. Two
// implementations: posix_files in the daemon, torn and forgetful files in tests and in the
// simulator. Every failure is io_error, disk_full, not_found or in_use.
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/result.hpp"

namespace staffroom::storage {

/// An open file, which is closed when it is destroyed. Reading is safe from several threads,
/// changing from one at a time.
class File {
public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File(File&&) = delete;
    File& operator=(File&&) = delete;
    virtual ~File() = default;

    /// Reads bytes from `offset`; returns fewer than asked only at the end of the file.
    [[nodiscard]] virtual Result<std::size_t>
    read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;
    /// Adds bytes at the end. After a failure any part of `bytes` may be there.
    [[nodiscard]] virtual Result<void> append(ByteView bytes) = 0;
    /// Replaces bytes inside the file; never makes it longer (out_of_range).
    [[nodiscard]] virtual Result<void> overwrite_at(std::uint64_t offset, ByteView bytes) = 0;
    /// Cuts the file to `size`, which is at most its size.
    [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
    /// Syncs: returns when the content survives a power cut. The file's name needs
    /// `sync_directory`.
    [[nodiscard]] virtual Result<void> sync() = 0;
    [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
};

/// A lock that other processes see; released when it is destroyed.
class FileLock {
public:
    FileLock() = default;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    FileLock(FileLock&&) = delete;
    FileLock& operator=(FileLock&&) = delete;
    virtual ~FileLock() = default;
};

enum class OpenMode {
    read,   // must exist
    update, // must exist; read, append, overwrite, truncate
    append, // as update, created empty when absent
    create, // as update, emptied when present
};

/// Files and directories. Paths use '/'. Safe from several threads.
class FileSystem {
public:
    FileSystem() = default;
    FileSystem(const FileSystem&) = delete;
    FileSystem& operator=(const FileSystem&) = delete;
    FileSystem(FileSystem&&) = delete;
    FileSystem& operator=(FileSystem&&) = delete;
    virtual ~FileSystem() = default;

    /// Opens a file. Errors: not_found (read and update), io_error, disk_full.
    [[nodiscard]] virtual Result<std::unique_ptr<File>>
    open(const std::string& path, OpenMode mode) = 0;
    /// Returns true for a file or a directory.
    [[nodiscard]] virtual Result<bool> exists(const std::string& path) = 0;
    /// Returns the names of the files and directories inside, sorted. Errors: not_found.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
    [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
    /// Removes a directory, which must be empty.
    [[nodiscard]] virtual Result<void> remove_directory(const std::string& path) = 0;
    /// Renames a file; replaces `to` when it is a file. Survives a power cut once the directories
    /// of both are synced.
    [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    /// Creates a directory whose parent must be there; does nothing when it is there already.
    [[nodiscard]] virtual Result<void> create_directory(const std::string& path) = 0;
    /// Syncs the names inside: returns when they survive a power cut.
    [[nodiscard]] virtual Result<void> sync_directory(const std::string& path) = 0;
    /// Locks a file; creates it when absent. Errors: in_use when it is locked already, also by this
    /// process.
    [[nodiscard]] virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
};

/// Returns what stands before the last '/', or "." when there is none.
[[nodiscard]] std::string parent_directory(const std::string& path);
/// Reads a whole file. Errors: not_found, too_large when the file is longer than `bytes_max`.
[[nodiscard]] Result<Bytes>
read_file(FileSystem& files, const std::string& path, std::size_t bytes_max);
/// Writes a temporary name beside `path` and renames it: a reader sees the old or the new content.
/// Not synced.
[[nodiscard]] Result<void>
replace_file(FileSystem& files, const std::string& path, ByteView content);
/// Does the same as `replace_file`, and returns when the new content survives a power cut.
[[nodiscard]] Result<void>
replace_file_durably(FileSystem& files, const std::string& path, ByteView content);
/// Copies the files (not the directories) in `from` into `to`, synced with their names.
[[nodiscard]] Result<void>
copy_files(FileSystem& files, const std::string& from, const std::string& to);
/// Removes a directory of files and of directories of files; does nothing when it is absent.
[[nodiscard]] Result<void> remove_tree(FileSystem& files, const std::string& directory);

} // namespace staffroom::storage
