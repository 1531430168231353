#include "cli/records/editor.hpp"

#include "node/base/environment.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <string>
#include <vector>

namespace staffroom::cli {

namespace {

constexpr int cannot_start = 127; // as shells say it

std::vector<std::string> editor_words() {
    for (const char* name : {"VISUAL", "EDITOR"}) {
        std::istringstream typed(node::environment_value(name).value_or(""));
        std::vector<std::string> words;
        for (std::string word; typed >> word;)
            words.push_back(word);
        if (!words.empty())
            return words;
    }
    return {"editor"};
}

} // namespace

Outcome<ExitCode> edit(const std::filesystem::path& file) {
    std::vector<std::string> words = editor_words();
    const std::string editor = words.front();
    // "./" keeps a file whose name begins with a hyphen from being read as an option.
    words.push_back(
        file.is_absolute() ? file.string() : (std::filesystem::path(".") / file).string()
    );
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const Failure not_started{
        "The editor '" + editor + "' could not be started; the file is " + file.string() + ".",
        "set EDITOR to an editor, e.g. nano, or open the file yourself.",
        ExitCode::failed};
    const pid_t child = ::fork();
    if (child < 0)
        return not_started;
    if (child == 0) {
        ::execvp(arguments.front(), arguments.data());
        ::_exit(cannot_start);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return not_started;
    if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_start)
        return not_started;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return Failure{
            "The editor ended with an error; the file is " + file.string() + ".",
            "look at the file, then run `staffroom publish " + file.string() + "`.",
            ExitCode::failed};
    return ExitCode::done;
}

} // namespace staffroom::cli
