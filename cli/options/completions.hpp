// Completion scripts for shells, made from the parser's own tree, so that none can lag behind it.
// Pure text; called by the command `completions`.
#pragma once

#include "cli/options/command_shape.hpp"

namespace staffroom::cli {

/// To be sourced by bash, or put into /etc/bash_completion.d.
[[nodiscard]] std::string bash_completions(const std::vector<CommandShape>& shapes);
/// To be saved as `_staffroom` in a folder of zsh's fpath.
[[nodiscard]] std::string zsh_completions(const std::vector<CommandShape>& shapes);
/// To be saved as staffroom.fish in a completions folder of fish.
[[nodiscard]] std::string fish_completions(const std::vector<CommandShape>& shapes);

} // namespace staffroom::cli
