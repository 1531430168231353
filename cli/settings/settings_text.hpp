// The first staffroom.toml of a data folder, from the answers to `init`. Only given values are
// written: every other setting has its default in the node. The meaning and the judging of settings
// is node/base/config.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/failure.hpp"

#include <string>

namespace staffroom::cli {

/// Writes the settings. Failures (usage): an empty name, and everything that node/base/config would
/// refuse at the start.
[[nodiscard]] Outcome<std::string> settings_text(const InitCommand& command);

} // namespace staffroom::cli
