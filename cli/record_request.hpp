// A file and its options as the node's API takes a record. Called by publish and revise.
#pragma once

#include "cli/options.hpp"

#include <boost/json.hpp>

#include <string>

namespace staffroom::cli {

[[nodiscard]] boost::json::object record_request(const PublishCommand& command, std::string text);

/// Prints the answer to a record that was written: its id, or all of it as JSON; then the notes.
class Output;
void print_written(const boost::json::value& answer, Output& output);

} // namespace staffroom::cli
