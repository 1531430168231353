// Why a command may not use a data folder: it is another user's or open to others, it holds half of
// a restored school, or no school.
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

/// Returns the failure for a folder in which a restore was broken off; nothing: there was none.
[[nodiscard]] std::optional<Failure> check_whole_folder(const std::filesystem::path& folder);

/// Explains why a folder could not be opened; `what` is what the command wanted to do.
[[nodiscard]] Failure
failure_of_folder(const Error& error, const std::filesystem::path& folder, std::string_view what);

} // namespace staffroom::cli
