#include "cli/options/confirm.hpp"

#include <unistd.h>

#include <iostream>

namespace staffroom::cli {

namespace {

bool is_yes(Output& output, const std::string& question) {
    const auto answer = ask_line(output, question + " [y/N] ");
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

} // namespace

bool may_ask(const Options& options) {
    const bool is_heard = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
    return is_heard && !options.no_input && !options.json;
}

bool can_ask(const Options& options) {
    return may_ask(options) && !options.yes;
}

bool confirm(const Options& options, Output& output, const std::string& question) {
    return options.yes || !may_ask(options) || is_yes(output, question);
}

Consent ask_first(const Options& options, Output& output, const std::string& question) {
    if (options.yes)
        return Consent::given;
    if (!may_ask(options))
        return Consent::nobody_to_ask;
    return is_yes(output, question) ? Consent::given : Consent::refused;
}

std::optional<std::string> ask_line(Output& output, const std::string& question) {
    output.flush();
    output.err() << printable(question) << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer))
        return std::nullopt;
    const auto begin = answer.find_first_not_of(" \t\r");
    if (begin == std::string::npos)
        return std::string();
    return answer.substr(begin, answer.find_last_not_of(" \t\r") - begin + 1);
}

} // namespace staffroom::cli
