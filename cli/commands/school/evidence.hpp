// A file of signed receipts, checked offline: whoever holds it needs no node, no network and no
// trust in whoever wrote the file. Called by verify.
#pragma once

#include "cli/output/failure.hpp"
#include "cli/output/output.hpp"

#include <filesystem>

namespace staffroom::cli {

/// Checks every receipt in the file against the order that the file names, says which are good, and
/// returns `attention` unless all are. Failures: a file that cannot be read or holds no receipts.
[[nodiscard]] Outcome<ExitCode> verify_evidence(const std::filesystem::path& file, Output& output);

} // namespace staffroom::cli
