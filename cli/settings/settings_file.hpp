// The settings of a node as it would read them at its start: the data folder's file, the
// environment, the defaults. Called by `config` and by the checks of a stopped node; judging the
// settings is node/base/config.
#pragma once

#include "cli/output/failure.hpp"
#include "node/base/config.hpp"

#include <filesystem>

namespace staffroom::cli {

/// Reads settings that can be used, or the reason why not. A missing file is an empty one, unless
/// `must_exist`. Failures: the file is there and cannot be read.
[[nodiscard]] Outcome<std::variant<node::LoadedConfig, node::ConfigTrouble>>
read_settings(const std::filesystem::path& path, bool must_exist);

/// Returns the sentence with its place in `path`, and the next step.
[[nodiscard]] Failure
failure_from_trouble(const node::ConfigTrouble& trouble, const std::filesystem::path& path);

} // namespace staffroom::cli
