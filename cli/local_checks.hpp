// What can be said of a node that is not running: its folder, keys, settings, clock and ports.
// Changes nothing but a probe file. Called by doctor, which asks the node itself when it runs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace staffroom::cli {

struct Check {
    std::string code; // stable, e.g. "folder.writable"
    bool ok;
    std::string sentence;
    std::string next; // empty when ok
};

[[nodiscard]] std::vector<Check> check_stopped_node(const std::filesystem::path& folder);

} // namespace staffroom::cli
