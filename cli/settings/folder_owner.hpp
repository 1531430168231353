// The failure of a command that would write in a data folder of another user, or in one that is
// open to others.
#pragma once

#include "cli/output/failure.hpp"

#include <filesystem>
#include <optional>
#include <string_view>

namespace staffroom::cli {

/// Returns the failure; nothing: this user may run a node there. `command` is the text behind
/// --data.
[[nodiscard]] std::optional<Failure>
check_folder_owner(const std::filesystem::path& folder, std::string_view command);

} // namespace staffroom::cli
