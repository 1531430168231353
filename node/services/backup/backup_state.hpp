// What a node remembers of its backups between two starts: the last good one, the last failure, and
// when the next one is due. Pure, but for the file's bytes, which `Backups` reads and writes. Not
// here: making one (backups), the clock that is asked every minute (backup_timer), the words for
// people (backup_health).
#pragma once

#include "protocol/base/bytes.hpp"
#include "protocol/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::services {

inline constexpr std::size_t backup_state_bytes_max = 64UL << 10U;
/// Remembered by their names; the others are counted, so that nobody who fills the folder makes the
/// state too long to be read again.
inline constexpr std::size_t unreadable_backups_max = 100;

struct GoodBackup {
    WallTime made;
    std::string id;
    std::string folder;
    friend bool operator==(const GoodBackup&, const GoodBackup&) = default;
};

struct FailedBackup {
    WallTime at;
    std::uint32_t tries; // one after the other that failed, at least 1
    std::string code;    // see backup_fault
    friend bool operator==(const FailedBackup&, const FailedBackup&) = default;
};

struct BackupState {
    std::string folder{}; // that of the settings, to which `good` and `failed` belong
    WallTime since{};     // it stands in the settings
    std::optional<GoodBackup> good{};
    std::optional<FailedBackup> failed{};
    std::optional<GoodBackup> elsewhere{}; // in a folder that was named for once, or before
    // When the last one was made in `folder`:
    std::vector<std::string> unreadable{}; // older ones that count for none
    std::uint64_t unreadable_more = 0;     // beside those that are named
    std::uint64_t not_removed = 0;         // files that had to go
    friend bool operator==(const BackupState&, const BackupState&) = default;
};

/// Makes of a state what holds with the folder of these settings: in another one nothing was made
/// or has failed yet.
[[nodiscard]] BackupState
state_for_folder(BackupState state, const std::string& folder, WallTime now);

/// Tells whether this node remembers a good backup in this folder. Then none may begin anew there
/// unasked: the share is not mounted, the folder below it is empty, and backups would go onto the
/// node's own disk and be called well.
[[nodiscard]] bool has_backup_in(const BackupState& state, const std::string& folder);

[[nodiscard]] std::string encode_backup_state(const BackupState& state);
/// Reads it back. Whatever is not as it was written is nothing, for it only tells when to act: the
/// backups themselves do not depend on it.
[[nodiscard]] BackupState parse_backup_state(std::string_view text);

/// When backups are wanted.
struct BackupPlan {
    std::chrono::hours every{24};
    int quiet_minute = 120; // of the local day: when a daily one begins
};

/// Returns when the next backup is due. Daily ones wait for the quiet minute, unless it was slept
/// through: then the time has passed and the next look begins it. After a failure it is tried again
/// in minutes, then in hours. What lies in the future of a clock that was set back is not believed.
[[nodiscard]] WallTime next_backup(const BackupState& state, const BackupPlan& plan, WallTime now);

/// Returns the first moment after `after` at which a clock on this machine's wall shows that minute
/// of the day.
[[nodiscard]] WallTime next_minute_of_day(WallTime after, int minute);

} // namespace staffroom::services
