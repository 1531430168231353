// The check of one backup, for `staffroom backup verify`.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

namespace staffroom::cli {

/// Opens every part of a backup, and audits logs, records and files as they would be brought back;
/// writes nothing but what it says.
[[nodiscard]] Outcome<ExitCode>
verify_backup(const BackupCommand& command, const Options& options, Output& output);

} // namespace staffroom::cli
