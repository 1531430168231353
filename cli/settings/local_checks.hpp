// The checks of a node that is not running: its folder, keys, store, settings, clock, disk and
// ports. They change nothing but a probe file. Called by doctor, which asks the node itself when it
// runs.
#pragma once

#include "node/services/health/folder_health.hpp"

#include <filesystem>
#include <vector>

namespace staffroom::cli {

/// A check, of the same shape as the running node's own checks.
using Check = services::HealthCheck;

[[nodiscard]] std::vector<Check> check_stopped_node(const std::filesystem::path& folder);

} // namespace staffroom::cli
