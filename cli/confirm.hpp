// A question before something large: asked on a terminal only, answered by --yes. Where nobody can
// answer, the command goes ahead, because whoever wrote the script has decided.
#pragma once

#include "cli/options.hpp"
#include "cli/output.hpp"

#include <string>

namespace staffroom::cli {

/// Whether somebody is there to answer and nothing has answered already.
[[nodiscard]] bool can_ask(const Options& options);

/// Whether to go ahead. Asks `question` on stderr and reads one line of stdin; only "y" and "yes"
/// are a yes.
[[nodiscard]] bool confirm(const Options& options, Output& output, const std::string& question);

} // namespace staffroom::cli
