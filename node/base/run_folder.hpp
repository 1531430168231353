// The place of this boot's copy of the mark: a folder that does not survive a boot and does not
// belong to the data. Data put back to an older day would bring its own mark along, and fork its
// logs. Read once by app; storage/database/high_water writes there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::runtime {

/// Returns the system's name for this boot; empty where it gives none.
[[nodiscard]] std::string read_boot_id();

/// Returns the folders to try, in order: $RUNTIME_DIRECTORY (of the service manager),
/// /run/staffroom-<uid>, $XDG_RUNTIME_DIR/staffroom.
[[nodiscard]] std::vector<std::filesystem::path> run_folder_candidates();

/// Returns the first candidate that is or can be made a folder of this user's own, and in it one
/// folder for this data folder; a copy of the data elsewhere gets another one. Nothing when there
/// is none: then each start begins new logs, which costs a little and is never wrong.
[[nodiscard]] std::optional<std::filesystem::path> open_run_folder(
    const std::vector<std::filesystem::path>& candidates, const std::filesystem::path& data_folder
);

} // namespace staffroom::runtime
