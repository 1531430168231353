// Opens the person's own editor on one file: $VISUAL, else $EDITOR, else Debian's `editor`. No
// shell takes part; arguments in the variable are split at spaces. Called by the command new.
#pragma once

#include "cli/output/failure.hpp"

#include <filesystem>

namespace staffroom::cli {

/// Returns when the editor has ended. Failures: it cannot be started, or ended with an error.
Outcome<ExitCode> edit(const std::filesystem::path& file);

} // namespace staffroom::cli
