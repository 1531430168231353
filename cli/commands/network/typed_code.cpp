#include "cli/commands/network/typed_code.hpp"

#include "cli/options/confirm.hpp"
#include "protocol/base/text.hpp"

#include <iostream>
#include <optional>

namespace staffroom::cli {

Outcome<std::string> typed_code(
    const std::string& typed, const std::string& from_file, const Options& options, Output& output
) {
    if (!typed.empty() && typed != "-")
        return typed;
    std::optional<std::string> read;
    if (typed == "-") {
        std::string line;
        if (std::getline(std::cin, line))
            read = std::move(line);
    } else if (may_ask(options)) {
        read = ask_line(output, "The code that you were given: ");
    }
    if (read && first_unreadable_byte(*read))
        return Failure{
            "The code holds a character that is not UTF-8 text.",
            "type its sixteen letters and digits; spaces and dashes are passed over.",
            ExitCode::usage};
    if (read && read->find_first_not_of(" \t\r") != std::string::npos)
        return *read;
    return Failure{
        "No code was given.",
        "type it when asked, or send it in: `staffroom " + from_file + " < FILE`.",
        ExitCode::usage};
}

} // namespace staffroom::cli
