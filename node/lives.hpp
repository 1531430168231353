// The lives of one process: the node starts, serves, and begins again by itself where its store was
// damaged, its school was named or its keys are new. main reads the command line and calls this;
// what a life is made of stands in app, whose header main need not read.
#pragma once

#include <filesystem>
#include <optional>

namespace staffroom::node {

/// What the command line of `staffroomd` says.
struct NodeOptions {
    std::filesystem::path data;
    std::optional<std::filesystem::path> config; // else DIR/staffroom.toml
};

/// Serves until SIGTERM, SIGINT or SIGHUP. A start that fails is explained on standard error.
/// Returns the exit code.
[[nodiscard]] int run_node(const NodeOptions& options);

} // namespace staffroom::node
