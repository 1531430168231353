// A file system in memory that forgets: it keeps synced bytes apart from the others, and a crash
// drops or tears the rest. It can fail one operation, or all from one on. Not here: permissions,
// and directories beyond names. Used by the tests of storage and by the simulator's disks.
#pragma once

#include "storage/files/file_system.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace staffroom::tests {

class TornFileSystem final : public storage::FileSystem {
public:
    /// Starts with the directory "/disk".
    TornFileSystem();

    /// The power goes: names that were not synced are dropped back to some moment since, and of
    /// each file's unsynced bytes every sector is the new one, the old one or zeros, and its end
    /// somewhere between. Open files are dead.
    void crash(std::uint64_t seed);

    /// Operations that change something, since the beginning.
    [[nodiscard]] std::uint64_t operations() const;
    /// The operation with this number (from 0) fails, half done where it can be.
    void fail_once(std::uint64_t operation, Errc code);
    /// From this operation on all fail, until `crash` or `heal`.
    void fail_from(std::uint64_t operation, Errc code);
    void heal();

    /// Called before each operation that changes something, with its number; `fork` makes a copy of
    /// everything as it stands, what is not synced included. The watcher must not use these files.
    using Fork = std::function<std::unique_ptr<TornFileSystem>()>;
    using Watcher = std::function<void(std::uint64_t operation, const Fork& fork)>;
    void watch(Watcher watcher);

    /// Flips one bit of a file's content, synced and not.
    void flip_bit(const std::string& path, std::uint64_t bit);
    /// Every file, sorted.
    [[nodiscard]] std::vector<std::string> files() const;
    [[nodiscard]] std::uint64_t bytes_of(const std::string& path) const;
    /// A copy of all files as they are now, as if all were synced.
    [[nodiscard]] std::unique_ptr<TornFileSystem> clone() const;

    [[nodiscard]] Result<std::unique_ptr<storage::File>>
    open(const std::string& path, storage::OpenMode mode) override;
    [[nodiscard]] Result<bool> exists(const std::string& path) override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& directory) override;
    [[nodiscard]] Result<void> remove(const std::string& path) override;
    [[nodiscard]] Result<void> remove_directory(const std::string& path) override;
    [[nodiscard]] Result<void> rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] Result<void> create_directory(const std::string& path) override;
    [[nodiscard]] Result<void> sync_directory(const std::string& path) override;
    [[nodiscard]] Result<std::unique_ptr<storage::FileLock>> lock(const std::string& path) override;

private:
    struct Content {
        Bytes current;
        Bytes synced;
        std::size_t same = 0; // the two are equal up to here at least

        static std::shared_ptr<Content> durable(const Bytes& bytes) {
            return std::make_shared<Content>(Content{bytes, bytes, bytes.size()});
        }
        /// Costs what has changed since the last time, not the length of the file.
        void make_durable();
    };
    struct Names {
        std::map<std::string, std::shared_ptr<Content>> files;
        std::set<std::string> directories;
    };
    enum class Change { link, unlink, make_directory, remove_directory, rename };
    struct NameChange {
        Change change;
        std::string path;
        std::string target; // of a rename
        std::shared_ptr<Content> content;
    };
    class OpenFile;
    class Held;

    [[nodiscard]] Result<void> begin_operation();
    [[nodiscard]] std::unique_ptr<TornFileSystem> fork() const;
    [[nodiscard]] Result<void> change_names(NameChange change);
    static void apply(Names& names, const NameChange& change);

    mutable std::mutex mutex_;
    Names current_;
    Names durable_;
    std::vector<NameChange> unsynced_; // in order; a file system's journal keeps a beginning of it
    std::set<std::string> locks_;
    std::uint64_t generation_ = 0; // open files of an earlier one are dead
    std::uint64_t operations_ = 0;
    std::uint64_t fail_begin_ = ~std::uint64_t{0};
    std::uint64_t fail_end_ = ~std::uint64_t{0};
    Errc fail_code_ = Errc::io_error;
    Watcher watcher_;
};

} // namespace staffroom::tests
