// The template of a kind as typed on the command line. Called by the commands template and new.
#pragma once

#include "cli/output/failure.hpp"

#include <string>

namespace staffroom::cli {

/// Returns the template. Failures: usage, naming the kinds that there are.
[[nodiscard]] Outcome<std::string> template_text(const std::string& kind, const std::string& form);

} // namespace staffroom::cli
