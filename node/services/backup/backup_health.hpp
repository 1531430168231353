// How the backups of this node are, for doctor, status and the page: age and state of the last good
// one, and what to do. Pure over what is remembered (backup_state).
#pragma once

#include "node/base/config.hpp"
#include "node/services/backup/backup_state.hpp"
#include "node/services/health/folder_health.hpp"

namespace staffroom::services {

/// A backup that is older is trouble.
inline constexpr std::chrono::hours backup_age_max{8 * 24};

/// Returns the newest good backup that is known of.
[[nodiscard]] std::optional<GoodBackup> last_good(const BackupState& state);

/// Makes the checks backup.age (how old the last one is), or backup.none while no folder is named,
/// the fault of the last try where it failed, backup.unreadable for those that count for none, and
/// backup.not-cleared for files that stayed.
[[nodiscard]] std::vector<HealthCheck>
check_backups(const node::Config& config, const BackupState& state, WallTime now);

} // namespace staffroom::services
