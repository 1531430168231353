// The mark: size and root of this node's own logs as last acknowledged. A database put back to an
// older day would go on with its logs and fork them; the mark stands outside the database so that
// this is noticed. Two copies: in the data folder, and where nothing survives a restart of the
// machine. It need not be synced: after a power cut the machine has started anew, and then the node
// begins a new incarnation whatever the mark says. Written after each commit of own entries, before
// the head leaves the node; read once at the start. [L6]
#pragma once

#include "protocol/base/ids.hpp"
#include "storage/files/file_system.hpp"

#include <optional>

namespace staffroom::storage {

struct MarkedLog {
    LogId log;
    LogSize size;
    TreeHash root;
    friend bool operator==(const MarkedLog&, const MarkedLog&) = default;
};

inline constexpr std::size_t mark_bytes_max = 1U << 20U; // 14,000 logs

class HighWater {
public:
    /// Makes the mark of a folder. `directory` is the data folder; `run_directory` is emptied by
    /// each boot, nullopt when there is none. `boot_id` is the system's name for this boot.
    HighWater(
        FileSystem& files,
        std::string directory,
        std::optional<std::string> run_directory,
        const std::string& boot_id
    );

    /// Replaces what both copies say; from one thread. Errors: io_error, disk_full, too_large.
    [[nodiscard]] Result<void> write(std::span<const MarkedLog> logs);
    /// Returns the copy in the data folder, of any boot. Errors: not_found, corrupt, io_error.
    [[nodiscard]] Result<std::vector<MarkedLog>> read_disk() const;
    /// Returns the copy of this boot. Errors: not_found (none, or of another boot), corrupt,
    /// io_error.
    [[nodiscard]] Result<std::vector<MarkedLog>> read_run() const;

private:
    /// One of the two, open since it was last replaced.
    struct Copy {
        [[nodiscard]] Result<void>
        write(FileSystem& files, const std::string& path, ByteView content);
        std::unique_ptr<File> file{};
        std::size_t bytes = 0;
    };

    FileSystem& files_;
    std::string disk_path_;
    std::optional<std::string> run_path_;
    std::string boot_id_;
    Copy disk_copy_;
    Copy run_copy_;
};

} // namespace staffroom::storage
