// The settings of a node as it would read them at its start: the files that hold for its folder,
// the environment, the defaults. Called by `config` and by the checks of a stopped node; judging
// the settings is node/base/config.
#pragma once

#include "cli/output/failure.hpp"
#include "node/base/config.hpp"

#include <filesystem>

namespace staffroom::cli {

/// Settings that can be used, or the reason why not.
using ReadSettings = std::variant<node::LoadedConfig, node::ConfigTrouble>;

/// Reads the settings of the node with this data folder. A missing file is an empty one. Failures:
/// a file is there and cannot be read.
[[nodiscard]] Outcome<ReadSettings> read_settings_of(const std::filesystem::path& folder);
/// Reads one file alone. Failures: it cannot be read.
[[nodiscard]] Outcome<ReadSettings> read_settings_file(const std::filesystem::path& path);

/// Returns the sentence with its place, and the next step.
[[nodiscard]] Failure failure_from_trouble(const node::ConfigTrouble& trouble);

} // namespace staffroom::cli
