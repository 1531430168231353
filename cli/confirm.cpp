#include "cli/confirm.hpp"

#include <unistd.h>

#include <iostream>

namespace staffroom::cli {

bool can_ask(const Options& options) {
    const bool is_heard = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
    return is_heard && !options.yes && !options.no_input && !options.json;
}

bool confirm(const Options& options, Output& output, const std::string& question) {
    if (!can_ask(options))
        return true;
    output.err() << printable(question) << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

} // namespace staffroom::cli
