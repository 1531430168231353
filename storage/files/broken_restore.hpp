// A restore that was broken off: by a kill, a full disk, a part that is missing. The file
// `restoring` stands in the folder from the first step on and goes with the last one. Whoever
// opens, founds or recovers a school in a folder asks here first: half a school looks like none.
//
//   DIR/restoring   the school in base32, a line; the folder of backups, a line
#pragma once

#include "protocol/base/ids.hpp"
#include "storage/files/file_system.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace staffroom::storage {

/// Stands in a folder while a backup is brought back into it.
inline constexpr const char* restoring_mark = "restoring";

struct BrokenRestore {
    std::optional<SchoolId> school; // absent: the mark is cut short, or an older version's
    std::string backups;            // where they are; empty likewise
};

/// Finds what a broken-off restore has left. None: there was none, or it got as far as the keys,
/// which come last and at once: a school lives in the folder, whatever mark is left.
[[nodiscard]] std::optional<BrokenRestore> find_broken_restore(const std::filesystem::path& folder);

/// Writes the mark, synced. Errors: io_error, disk_full.
[[nodiscard]] Result<void> mark_restore(
    FileSystem& files, const std::string& folder, const SchoolId& school, const std::string& backups
);

/// Says that a folder without keys holds no school; or, where it is so, half of one.
[[nodiscard]] std::string no_school_sentence(const std::filesystem::path& folder);
/// Returns the steps for a folder that holds no school, without a full stop: to end a broken-off
/// restore; else a new school first. A disk that was lost or is not mounted looks the same, and
/// `init` there would found a second one.
[[nodiscard]] std::string first_steps(const std::filesystem::path& folder);
/// Returns the step that ends it, "run ...", without a full stop.
[[nodiscard]] std::string
broken_restore_step(const std::filesystem::path& folder, const BrokenRestore& restore);

} // namespace staffroom::storage
