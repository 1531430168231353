// LevelDB with the rules that keep acknowledged rows: every write is synced, every read is checked,
// and after a failed write none is made until the database was reopened and put back to the state
// before it. Not here: what a row means (row_keys). Used by the store, salvage and audit. Reads are
// safe from several threads while one writes.
#pragma once

#include "storage/database/env_adapter.hpp"

#include <leveldb/cache.h>
#include <leveldb/db.h>
#include <leveldb/filter_policy.h>
#include <leveldb/write_batch.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

namespace staffroom::storage {

/// Rows that are written together or not at all.
class RowBatch {
public:
    void put(ByteView key, ByteView value);
    void remove(ByteView key);
    void clear() { batch_.Clear(); }
    /// Returns about how many bytes the batch takes in memory and in LevelDB's log.
    [[nodiscard]] std::size_t bytes() const { return batch_.ApproximateSize(); }

private:
    friend class Database;
    leveldb::WriteBatch batch_;
};

struct DatabaseOptions {
    /// False only for a copy under salvage, whose log is read past a torn end. Its tables are
    /// checked before it is opened: LevelDB would compact unchecked blocks in the background, and
    /// a damaged key there ends the process.
    bool paranoid = true;
    std::size_t write_buffer_bytes =
        16UL << 20U; // rows in memory before they become a table; twice that at most
    std::size_t block_cache_bytes = 16UL << 20U;
};

class Database {
public:
    /// Opens the folder `path`, creating the database when the folder is absent or empty. Errors:
    /// corrupt (salvage may help), in_use, io_error, disk_full.
    [[nodiscard]] static Result<std::unique_ptr<Database>>
    open(FileSystem& files, const std::string& path, const DatabaseOptions& options = {});
    /// Rebuilds what can be rebuilt of a damaged folder; damaged rows are dropped, older ones may
    /// come back.
    [[nodiscard]] static Result<void> repair(FileSystem& files, const std::string& path);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    Database(Database&&) = delete;
    Database& operator=(Database&&) = delete;

    /// Writes a batch, synced. After a failure nothing of the batch is read, and writes answer
    /// io_error until `reopen` succeeded.
    [[nodiscard]] Result<void> write(RowBatch& batch);
    [[nodiscard]] bool needs_reopen() const { return needs_reopen_; }
    /// Closes and opens again; undoes the failed batch when it turns out to be on disk after all.
    /// One writer only.
    [[nodiscard]] Result<void> reopen();

    /// Reads one row. Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<std::string> get(ByteView key) const;
    [[nodiscard]] Result<bool> has(ByteView key) const;
    /// A function that is called for each row; false ends the walk. It may read, and write what the
    /// walk need not see.
    using Visitor = std::function<Result<bool>(ByteView key, ByteView value)>;
    /// Visits the rows that begin with `prefix`, from the row `first` on, in key order. Errors:
    /// corrupt, io_error, the visitor's.
    [[nodiscard]] Result<void>
    for_each(ByteView prefix, ByteView first, const Visitor& visitor) const;

    /// Waits for compactions: for the simulator.
    void wait_idle() { env_.wait_idle(); }

private:
    Database(FileSystem& files, std::string path, const DatabaseOptions& options);
    [[nodiscard]] Result<void> open_handle();
    [[nodiscard]] Result<void> check_tables() const;
    [[nodiscard]] leveldb::Options leveldb_options() const;
    [[nodiscard]] Result<void> check_space() const;
    [[nodiscard]] Result<void> remember_undo(const RowBatch& batch);

    FileSystem& files_;
    std::string path_;
    DatabaseOptions options_;
    mutable EnvAdapter env_;
    std::unique_ptr<const leveldb::FilterPolicy> filter_;
    std::unique_ptr<leveldb::Cache> cache_;
    std::unique_ptr<leveldb::Logger> logger_;
    // Users of `handle_` are counted, and replacing it waits until there are none. A visitor may
    // read inside a walk, which a shared mutex would not allow.
    class User;
    mutable std::mutex handle_mutex_;
    mutable std::condition_variable unused_;
    mutable std::size_t users_ = 0;
    std::unique_ptr<leveldb::DB> handle_;
    std::atomic<bool> needs_reopen_ = false;
    bool is_undo_lost_ = false;    // the rows before the failed write could not be read
    std::optional<RowBatch> undo_; // puts back the state before the failed write
};

} // namespace staffroom::storage
