// The first staffroom.toml of a data folder, from what `init` was told. Only what was given is
// written: every other setting has its default in the node. What settings mean, and judging them,
// is node/base/config.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/failure.hpp"

#include <string>

namespace staffroom::cli {

/// Failures (usage): an empty name, and whatever node/base/config would refuse at the start.
[[nodiscard]] Outcome<std::string> settings_text(const InitCommand& command);

} // namespace staffroom::cli
