// The code of an invitation or a link as a person gives it. Every user of the machine can read a
// command line, so it may also come from stdin or as the answer to a question. Called by the
// commands that bear a code.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/failure.hpp"
#include "cli/output/output.hpp"

#include <string>

namespace staffroom::cli {

/// Reads the code: `typed` itself, "-" from stdin, asked for when empty. `from_file` is the command
/// that a next step shows, such as "network join - ADDRESS".
[[nodiscard]] Outcome<std::string> typed_code(
    const std::string& typed, const std::string& from_file, const Options& options, Output& output
);

} // namespace staffroom::cli
