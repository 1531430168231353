// The variables that a process was started with.
#pragma once

#include <optional>
#include <string>

namespace staffroom::node {

/// Returns a variable, nothing when it is not set. Nobody sets one while the process runs, so any
/// thread may ask.
[[nodiscard]] std::optional<std::string> environment_value(const std::string& name);

} // namespace staffroom::node
