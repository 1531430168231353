#include "cli/options/completions.hpp"

#include <algorithm>
#include <set>

namespace staffroom::cli {

namespace {

using Shapes = std::vector<CommandShape>;

/// Quotes a text as one word for a shell, whatever is in it.
std::string quoted(const std::string& text, const std::string& apostrophe) {
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? apostrophe : std::string(1, c);
    return out + "'";
}

/// Quotes for bash and zsh, which end the quotes, add one, and go on.
std::string quoted(const std::string& text) {
    return quoted(text, "'\\''");
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string out;
    for (const auto& word : words)
        (out += out.empty() ? "" : between) += word;
    return out;
}

bool is_file(const std::string& value) {
    return value == "FILE" || value == "PATH";
}

/// Returns every option that takes a value, of any command: the word after it is no command.
std::vector<std::string> options_with_value(const Shapes& shapes) {
    std::set<std::string> names;
    for (const auto& shape : shapes)
        for (const auto& option : shape.options)
            if (!option.value.empty())
                names.insert(option.names.begin(), option.names.end());
    return {names.begin(), names.end()};
}

std::vector<std::string> paths(const Shapes& shapes) {
    std::vector<std::string> out;
    for (const auto& shape : shapes)
        if (!shape.path.empty())
            out.push_back(shape.path);
    return out;
}

std::vector<std::string> case_labels(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    out.reserve(words.size());
    for (const auto& word : words)
        out.push_back(quoted(word));
    return out;
}

/// Writes the part that bash and zsh share: which command the words before the cursor have named.
/// In zsh `path` is $PATH, so the variable has another name.
std::string find_path(const Shapes& shapes, const std::string& words) {
    return "    local at='' skip='' word\n"
           "    for word in " +
           words +
           "; do\n"
           "        if [[ -n $skip ]]; then skip=''; continue; fi\n"
           "        case $word in\n"
           "            " +
           joined(options_with_value(shapes), "|") +
           ") skip=1; continue;;\n"
           "            -*) continue;;\n"
           "        esac\n"
           "        case \"${at:+$at }$word\" in\n"
           "            " +
           joined(case_labels(paths(shapes)), "|") +
           ") at=\"${at:+$at }$word\";;\n"
           "        esac\n"
           "    done\n";
}

/// Returns the case label of one option: its command and itself; an option of staffroom stands
/// anywhere.
std::string option_label(const CommandShape& shape, const OptionShape& option) {
    std::vector<std::string> labels;
    for (const auto& name : option.names)
        labels.push_back(
            shape.path.empty() ? "*" + quoted(" " + name) : quoted(shape.path + " " + name)
        );
    return joined(labels, "|");
}

/// The dialect of a shell for values of options, then words, options and files of commands. `offer`
/// makes a shell's line of words, `files` and `folders` are its lines for paths.
struct Dialect {
    std::string (*offer)(const std::vector<std::string>& words);
    std::string files;
    std::string folders;
};

std::string value_cases(const Shapes& shapes, const Dialect& dialect) {
    std::string out;
    for (const auto& shape : shapes)
        for (const auto& option : shape.options) {
            if (option.value.empty())
                continue;
            const std::string line = !option.choices.empty()    ? dialect.offer(option.choices)
                                     : is_file(option.value)    ? dialect.files
                                     : option.value == "FOLDER" ? dialect.folders
                                                                : std::string(":");
            out += "        " + option_label(shape, option) + ") " + line + "; return;;\n";
        }
    return out;
}

std::string word_cases(const Shapes& shapes, const Dialect& dialect) {
    std::vector<std::string> everywhere;
    for (const auto& option : shapes.front().options)
        everywhere.insert(everywhere.end(), option.names.begin(), option.names.end());
    std::string out;
    for (const auto& shape : shapes) {
        std::vector<std::string> words = shape.words;
        std::string paths;
        for (const auto& argument : shape.arguments) {
            words.insert(words.end(), argument.choices.begin(), argument.choices.end());
            if (is_file(argument.name))
                paths = "; " + dialect.files;
        }
        for (const auto& option : shape.options)
            words.insert(words.end(), option.names.begin(), option.names.end());
        if (!shape.path.empty())
            for (const auto& name : everywhere)
                if (std::find(words.begin(), words.end(), name) == words.end())
                    words.push_back(name);
        out += "        " + quoted(shape.path) + ") " + dialect.offer(words) + paths + ";;\n";
    }
    return out;
}

std::string bash_offer(const std::vector<std::string>& words) {
    return "COMPREPLY+=($(compgen -W " + quoted(joined(words, " ")) + " -- \"$current\"))";
}

std::string zsh_offer(const std::vector<std::string>& words) {
    return "compadd -- " + joined(case_labels(words), " ");
}

/// Returns fish's condition under which a line of a command counts.
std::string fish_condition(const CommandShape& shape) {
    return "__staffroom_at " + (shape.path.empty() ? "\"\"" : "\"" + shape.path + "\"");
}

/// Quotes for fish, which ends no quotes: a backslash stands before an apostrophe.
std::string fish_quoted(const std::string& text) {
    return quoted(text, "\\'");
}

std::string fish_option(const CommandShape& shape, const OptionShape& option) {
    std::string out = "complete -c staffroom";
    if (!shape.path.empty())
        out += " -n " + fish_quoted(fish_condition(shape));
    for (const auto& name : option.names)
        out += name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!option.choices.empty())
        out += " -x -a " + fish_quoted(joined(option.choices, " "));
    else if (is_file(option.value))
        out += " -r -F";
    else if (option.value == "FOLDER")
        out += " -x -a '(__fish_complete_directories)'";
    else if (!option.value.empty())
        out += " -x";
    return out + " -d " + fish_quoted(option.what) + "\n";
}

std::string fish_words(const Shapes& shapes, const CommandShape& shape) {
    std::string out;
    const std::string begin = "complete -c staffroom -n " + fish_quoted(fish_condition(shape));
    for (const auto& below : shapes)
        for (const auto& word : shape.words)
            if (below.path == joined({shape.path, word}, " "))
                out += begin + " -a " + word + " -d " + fish_quoted(below.what) + "\n";
    for (const auto& argument : shape.arguments) {
        if (!argument.choices.empty())
            out += begin + " -a " + fish_quoted(joined(argument.choices, " ")) + "\n";
        if (is_file(argument.name))
            out += begin + " -F\n";
    }
    return out;
}

} // namespace

std::string bash_completions(const Shapes& shapes) {
    const Dialect dialect{
        bash_offer,
        "COMPREPLY+=($(compgen -f -- \"$current\"))",
        "COMPREPLY+=($(compgen -d -- \"$current\"))"};
    return "# bash completions of staffroom; made by `staffroom completions bash`.\n"
           "_staffroom() {\n"
           "    local IFS=$' \\t\\n'\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
           "    if [[ $current == '=' ]]; then current=''; fi\n"
           "    if [[ $before == '=' ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
           "    COMPREPLY=()\n" +
           find_path(shapes, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") +
           "    case \"$at $before\" in\n" + value_cases(shapes, dialect) +
           "    esac\n"
           "    case \"$at\" in\n" +
           word_cases(shapes, dialect) +
           "    esac\n"
           "}\n"
           "complete -o filenames -F _staffroom staffroom\n";
}

std::string zsh_completions(const Shapes& shapes) {
    const Dialect dialect{zsh_offer, "_files", "_files -/"};
    return "#compdef staffroom\n"
           "# zsh completions of staffroom; made by `staffroom completions zsh`.\n"
           "_staffroom() {\n"
           "    local before=${words[CURRENT-1]}\n" +
           find_path(shapes, "\"${(@)words[2,CURRENT-1]}\"") + "    case \"$at $before\" in\n" +
           value_cases(shapes, dialect) +
           "    esac\n"
           "    case \"$at\" in\n" +
           word_cases(shapes, dialect) +
           "    esac\n"
           "}\n"
           "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
           "    _staffroom \"$@\"\n"
           "elif (( $+functions[compdef] )); then\n"
           "    compdef _staffroom staffroom\n"
           "fi\n";
}

std::string fish_completions(const Shapes& shapes) {
    std::string out = "# fish completions of staffroom; made by `staffroom completions fish`.\n"
                      "function __staffroom_at\n"
                      "    set -l path ''\n"
                      "    set -l skip 0\n"
                      "    for word in (commandline -opc)[2..-1]\n"
                      "        if test $skip = 1\n"
                      "            set skip 0\n"
                      "            continue\n"
                      "        end\n"
                      "        switch $word\n"
                      "            case " +
                      joined(options_with_value(shapes), " ") +
                      "\n"
                      "                set skip 1\n"
                      "            case '-*'\n"
                      "            case '*'\n"
                      "                set -l longer (string trim \"$path $word\")\n"
                      "                if contains -- $longer " +
                      joined(case_labels(paths(shapes)), " ") +
                      "\n"
                      "                    set path $longer\n"
                      "                end\n"
                      "        end\n"
                      "    end\n"
                      "    test \"$path\" = \"$argv[1]\"\n"
                      "end\n"
                      "complete -c staffroom -f\n";
    for (const auto& shape : shapes) {
        out += fish_words(shapes, shape);
        for (const auto& option : shape.options)
            if (shape.path.empty() || option.names.front() != "-h")
                out += fish_option(shape, option);
    }
    return out;
}

} // namespace staffroom::cli
