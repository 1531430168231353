// staffroomd: reads the command line, starts the node, runs it. Exit codes: 0 ended by SIGTERM,
// SIGINT or SIGHUP, 1 failed, 2 usage, 78 not initialised or bad settings.
#include "node/app.hpp"
#include "node/base/default_folder.hpp"
#include "node/base/version.hpp"
#include "node/runtime/memory.hpp"
#include "protocol/wire/codec_link.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>

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
    "  --config FILE   settings, instead of DIR/staffroom.toml\n"
    "  --version       print the version\n"
    "  --help          print this\n";

struct CommandLine {
    AppOptions options;
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

/// The most lives of a process. A store that is damaged while it runs is salvaged in the same
/// process; a disk that goes on damaging it is not fought for ever.
constexpr int lives_max = 5;

int run_node(const AppOptions& options) {
    if (sodium_init() < 0) {
        std::cerr << "staffroomd: this system gives no random numbers.\n"
                     "Next: see that /dev/urandom is there.\n";
        return exit_failed;
    }
    wire::keep_protobuf_quiet();
    // The words of a school are closed to everybody else on this machine, whatever umask we
    // inherited.
    ::umask(S_IRWXG | S_IRWXO);
    // A reader of our "ready" line that has gone must not take the node with it.
    std::signal(SIGPIPE, SIG_IGN);
    AppOptions how = options;
    for (int damaged_lives = 0; damaged_lives < lives_max;) {
        auto started = App::start(how);
        if (const auto* failure = std::get_if<StartFailure>(&started)) {
            std::cerr << "staffroomd: " << failure->sentence << "\nNext: " << failure->next << '\n';
            return failure->exit_code;
        }
        App& app = *std::get<std::unique_ptr<App>>(started);
        const int code = app.run();
        if (app.ending() == App::Ending::none)
            return code;
        how.is_store_damaged = app.ending() == App::Ending::damaged;
        how.setup_sessions = app.setup_sessions();
        damaged_lives += how.is_store_damaged ? 1 : 0;
    }
    std::cerr << "staffroomd: the disk damages the store again and again.\n"
                 "Next: move the data folder to another disk.\n";
    return exit_failed;
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
