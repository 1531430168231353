// Backups of the running node: one at a time, on a thread of its own, because the target may be a
// share that hangs. Remembers how the last ones went, in DATA/backup.state. Not here: what a backup
// is (storage/backup), and restoring one, which is the command line's (cli/commands/backup). Built
// by app; called on the network thread.
#pragma once

#include "node/base/config.hpp"
#include "node/base/trace.hpp"
#include "node/services/backup/backup_state.hpp"
#include "protocol/base/random.hpp"
#include "storage/backup/backup_keeping.hpp"
#include "storage/backup/backup_writer.hpp"
#include "storage/files/node_folder.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

namespace staffroom::services {

struct BackupParts {
    storage::FileSystem& files;
    std::filesystem::path data;
    const storage::Database& store;
    const storage::Database& accounts;
    const storage::NodeFolder& folder;
    Random& random;
    const node::Config& config;
    const node::Trace& trace;
    /// Runs its argument on the network thread later; from any thread.
    std::function<void(std::function<void()>)> post;
};

/// A backup that is to be made.
struct BackupOrder {
    std::string folder;         // an absolute path
    std::size_t keep;           // of the newest there
    bool is_begun_anew = false; // on another disk: those that were made there are no more
};

class Backups {
public:
    using Done = std::function<void(const Result<storage::BackupReport>&)>;
    /// Reads what is remembered of backups before this start.
    explicit Backups(BackupParts parts);
    Backups(const Backups&) = delete;
    Backups& operator=(const Backups&) = delete;
    Backups(Backups&&) = delete;
    Backups& operator=(Backups&&) = delete;
    /// Ends the backup under way between two parts and waits for that.
    ~Backups();

    /// Makes a backup. `done` is called once, on the network thread. Errors: busy (one is being
    /// made), invalid_input (the folder lies in the data folder), those of
    /// BackupTarget::open_to_write (not_found also where the ones made before are gone) and of
    /// write_backup.
    void create(const BackupOrder& order, Done done);

    [[nodiscard]] bool is_running() const { return is_running_; }
    [[nodiscard]] const BackupState& state() const { return state_; }
    /// Returns when backups are made without being asked for; nothing: never.
    [[nodiscard]] std::optional<BackupPlan> plan() const;
    /// Returns when the next one is due, in milliseconds since 1970; nothing: never.
    [[nodiscard]] std::optional<std::uint64_t> next_ms() const;

private:
    [[nodiscard]] Result<storage::BackupReport> make(const BackupOrder& order) const;
    [[nodiscard]] BackupState
    remembering(const Result<storage::BackupReport>& made, const std::string& target) const;
    void keep_state(const BackupState& state) const;
    void tell(const Result<storage::BackupReport>& made, const std::string& target) const;
    [[nodiscard]] Result<storage::BackupKey> own_key() const;

    BackupParts parts_;
    BackupState state_; // changed while none is made
    std::thread thread_;
    bool is_running_ = false; // network thread only
    std::atomic<bool> is_stopping_ = false;
};

/// The file of a data folder with the key of its backups.
[[nodiscard]] std::filesystem::path backup_key_path(const std::filesystem::path& data);
/// Reads it. Errors: not_found (no backup was made from this folder), corrupt, io_error.
[[nodiscard]] Result<storage::BackupKey>
read_backup_key(storage::FileSystem& files, const std::filesystem::path& data);

} // namespace staffroom::services
