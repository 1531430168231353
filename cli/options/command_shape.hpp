// The commands and options of the parser as plain values, for the parts that name them all:
// completions, `staffroom commands`, and the tests that hold man pages and schemas against them.
// Not here: parsing.
#pragma once

#include <string>
#include <vector>

namespace staffroom::cli {

struct OptionShape {
    std::vector<std::string> names; // as typed, "--kind"; the long one last
    std::string value;              // the value, e.g. "FILE" or "NET"; empty: a flag
    std::string what;
    std::vector<std::string> choices; // empty: any word
};

/// An argument: a word that has no name of its own on the line.
struct ArgumentShape {
    std::string name; // "FILE", "NET", ...
    bool is_required;
    std::string what;
    std::vector<std::string> choices;
};

struct CommandShape {
    std::string path; // "network create"; empty: staffroom itself
    std::string what;
    bool runs;                      // false: a noun that only groups commands
    std::vector<std::string> words; // the commands below it
    std::vector<OptionShape> options;
    std::vector<ArgumentShape> arguments;
    std::vector<std::string> examples; // the words behind "staffroom "
};

/// Returns the whole tree, each command after its noun; first staffroom itself, whose options stand
/// anywhere.
[[nodiscard]] std::vector<CommandShape> command_shapes();

} // namespace staffroom::cli
