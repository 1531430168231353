// Completion scripts for shells, made from the parser's own tree, so that none can lag behind it.
// Pure text; called by the command `completions`.
#pragma once

#include "cli/options/command_shape.hpp"

namespace staffroom::cli {

/// Returns the script for bash, to be sourced or put into /etc/bash_completion.d.
[[nodiscard]] std::string bash_completions(const std::vector<CommandShape>& shapes);
/// Returns the script for zsh, to be saved as `_staffroom` in a folder of its fpath.
[[nodiscard]] std::string zsh_completions(const std::vector<CommandShape>& shapes);
/// Returns the script for fish, to be saved as staffroom.fish in a completions folder.
[[nodiscard]] std::string fish_completions(const std::vector<CommandShape>& shapes);

} // namespace staffroom::cli
