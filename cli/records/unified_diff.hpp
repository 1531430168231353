// The unified difference of two lists of lines (dtl, the algorithm of Wu, Manber, Myers and
// Miller). Called by the diff command. The only file beside it that names dtl is unified_diff.cpp.
#pragma once

#include "cli/output/failure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

/// Cuts a text at line ends; a last line without one counts.
void append_lines(std::vector<std::string>& lines, std::string_view text);

/// Returns hunks with three lines around each change; empty: no difference. Failures: more lines
/// than can be compared in a reasonable time.
[[nodiscard]] Outcome<std::string>
unified_diff(const std::vector<std::string>& before, const std::vector<std::string>& after);

} // namespace staffroom::cli
