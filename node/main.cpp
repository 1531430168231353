// staffroomd: reads the command line, starts the node, runs it. Exit codes: 0 ended by SIGTERM,
// SIGINT or SIGHUP, 1 failed, 2 usage, 78 not initialised or bad settings.
#include "node/base/default_folder.hpp"
#include "node/base/start_failure.hpp"
#include "node/base/version.hpp"
#include "node/lives.hpp"
#include "node/runtime/memory.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <string>
#include <string_view>

namespace staffroom::node {
namespace {

constexpr std::string_view usage =
    "Usage: staffroomd [--data DIR] [--config FILE]\n"
    "\n"
    "Runs the node of one school in the foreground until SIGTERM.\n"
    "\n"
    "  --data DIR      the school's data folder, made by `staffroom init`. Not named: the one in\n"
    "                  STAFFROOM_DATA, /var/lib/staffroom where this user may read it, or\n"
    "                  ~/.local/share/staffroom\n"
    "  --config FILE   settings, instead of DIR/staffroom.toml and the machine's own\n"
    "  --version       print the version\n"
    "  --help          print this\n";

struct CommandLine {
    NodeOptions options;
    bool wants_version = false;
    bool wants_help = false;
    std::string trouble; // empty: none
};

CommandLine read_command_line(std::span<const char* const> words) {
    CommandLine out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view flag = words[i];
        std::optional<std::string> value;
        if (const std::size_t equals = flag.find('='); equals != std::string_view::npos) {
            value = flag.substr(equals + 1);
            flag = flag.substr(0, equals);
        }
        if (flag == "--version" || flag == "--help" || flag == "-h") {
            (flag == "--version" ? out.wants_version : out.wants_help) = true;
        } else if (flag == "--data" || flag == "--config") {
            if (!value && i + 1 < words.size())
                value = words[++i];
            if (!value || value->empty()) {
                out.trouble = std::string(flag) + " needs a path.";
                return out;
            }
            if (flag == "--data")
                out.options.data = *value;
            else
                out.options.config = *value;
        } else {
            out.trouble = std::string(words[i]) + " is not an option of staffroomd.";
            return out;
        }
    }
    if (out.options.data.empty())
        out.options.data = default_data_folder();
    if (out.options.data.empty() && !out.wants_version && !out.wants_help)
        out.trouble = "--data is missing, and this user has no home folder.";
    return out;
}

int run_command_line(const CommandLine& command) {
    if (command.wants_help) {
        std::cout << usage;
        return 0;
    }
    if (command.wants_version) {
        std::cout << "staffroomd " << version() << '\n';
        return 0;
    }
    if (!command.trouble.empty()) {
        std::cerr << "staffroomd: " << command.trouble << "\nNext: see `staffroomd --help`.\n";
        return exit_usage;
    }
    return run_node(command.options);
}

} // namespace
} // namespace staffroom::node

int main(int count, char** words) {
    try {
        staffroom::runtime::keep_heaps_small();
        const std::span<const char* const> all(words, static_cast<std::size_t>(count));
        return staffroom::node::run_command_line(
            staffroom::node::read_command_line(all.subspan(all.empty() ? 0 : 1))
        );
    } catch (const std::exception& failure) {
        std::cerr << "staffroomd: ended by an error that nobody expected: " << failure.what()
                  << ".\nNext: start it again; what was acknowledged is on disk.\n";
        return staffroom::node::exit_failed;
    }
}
