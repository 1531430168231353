// Which backups of a folder stay, and what is cleared away with the others. Others may write there,
// and a thief may have a server of the school: what counts is what a key has signed that is in
// force, and nothing that lies there keeps the rest from going. Called after each backup by
// node/services/backup. Not here: how a file is removed (backup_target).
#pragma once

#include "storage/backup/backup_target.hpp"

namespace staffroom::storage {

/// Backups that count for none are named up to this number; of a folder that somebody has filled,
/// more would be no use to anybody.
inline constexpr std::size_t uncounted_named_max = 100;

struct Keeping {
    std::size_t count;
    WallTime now;
    const identity::IdentityChain& chain; // of the school, as this node knows it
    std::size_t gone_max = ~std::size_t{0};
};

struct Cleared {
    std::size_t gone = 0;
    std::vector<std::string> uncounted{}; // that stay and count for none; the oldest first
    std::size_t uncounted_more = 0;       // beside those that are named
    std::size_t stuck = 0;                // files that had to go and could not be removed
    std::string why{};                    // of the first of them
};

/// Keeps the newest backups that this key opens and a node of the school has signed, and every part
/// that one of these has. A backup that cannot be read, or whose key has ended, counts for none and
/// stays until there are so many newer ones; what only it has stays as long. One that a clock ahead
/// of time has made counts for none until then: it would push out every good one. What cannot be
/// removed stays, and the rest goes. Not more than `gone_max` go, the oldest ones. Errors:
/// io_error.
[[nodiscard]] Result<Cleared> keep_newest(
    const BackupTarget& target,
    const BackupKey& key,
    const Keeping& keeping,
    crypto::Verifier& verifier
);

} // namespace staffroom::storage
