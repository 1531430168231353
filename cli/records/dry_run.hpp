// --dry-run for commands that send something to the node: the node checks the request and changes
// nothing, and the command says what would have happened. Called by every command that changes
// something.
#pragma once

#include "cli/options/options.hpp"
#include "cli/output/output.hpp"

#include <boost/json.hpp>

namespace staffroom::cli {

/// Adds "dry_run" to a request, where --dry-run was given.
void ask_dry_run(boost::json::object& body, const Options& options);

/// Returns the node's answer with --json, else "Would " and `what`, a sentence without its
/// beginning: "found the network Rivers".
ExitCode report_dry_run(Output& output, const boost::json::value& answer, const std::string& what);

} // namespace staffroom::cli
