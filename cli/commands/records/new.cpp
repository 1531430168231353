#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/records/editor.hpp"
#include "cli/records/template_text.hpp"

#include <boost/json.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace staffroom::cli {

namespace {

/// Writes a new file, never over one that is there.
Outcome<ExitCode> write_new(const std::filesystem::path& path, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0)
        return Failure{
            path.string() + " cannot be made: " + std::generic_category().message(errno) + ".",
            "name another file: `staffroom new KIND FILE`.",
            ExitCode::failed};
    const bool is_whole =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (::close(file) != 0 || !is_whole)
        return Failure{
            path.string() + " could not be written whole.",
            "check the space on the disk, then run the command again.",
            ExitCode::failed};
    return ExitCode::done;
}

std::string lower_case(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// Returns the relation that the kind cannot do without; empty: none.
std::string needed_relation(const std::string& kind) {
    if (kind == "peer-review-note")
        return "reviews";
    if (kind == "adoption")
        return "tried-in";
    return kind == "comment" ? "comments-on" : "";
}

/// Asks where the person wants it to go; nothing: nowhere yet.
std::optional<PublishCommand> ask_where(const NewCommand& command, Output& output) {
    const auto where = ask_line(
        output,
        "Publish it? [s]chool, [d]raft, [n]etwork or a network's name, or Enter to keep it: "
    );
    if (!where || where->empty())
        return std::nullopt;
    PublishCommand publish;
    publish.file = command.file;
    publish.kind = command.kind;
    const std::string word = lower_case(*where);
    if (word == "s" || word == "school")
        publish.reach = "school";
    else if (word == "d" || word == "draft")
        publish.reach = "draft";
    else if (word == "n" || word == "network")
        publish.network = ask_line(output, "Which network? ").value_or("");
    else
        publish.network = *where; // the node knows whether there is one
    if (publish.network.empty() && publish.reach.empty())
        return std::nullopt;
    const std::string relation = needed_relation(command.kind);
    if (relation.empty())
        return publish;
    const auto about = ask_line(output, "About which record (its id or title)? ");
    if (!about || about->empty())
        return std::nullopt;
    publish.about.emplace_back(*about, relation);
    return publish;
}

ExitCode keep(const NewCommand& command, Output& output, const std::string& why) {
    const std::string file = command.file.string();
    const std::string relation = needed_relation(command.kind);
    const std::string next = "staffroom publish " + file +
                             (relation.empty() ? "" : " --about ID --relation " + relation) +
                             " --network NET";
    if (output.json())
        output.document(boost::json::object{{"file", file}, {"published", false}, {"next", next}});
    else
        output.line(why + " The file is " + file + ". To publish it: " + next);
    return ExitCode::done;
}

} // namespace

Outcome<ExitCode> run(const NewCommand& asked, const Options& options, Output& output) {
    const auto text = template_text(asked.kind, asked.form);
    if (!text)
        return text.failure();
    // An editor in a pipe waits for ever for keys that nobody can press.
    if (::isatty(STDIN_FILENO) == 0)
        return Failure{
            "There is no terminal to open an editor in.",
            "run `staffroom template " + asked.kind +
                " > FILE`, write into FILE with whatever you like, then `staffroom publish FILE`.",
            ExitCode::failed};
    NewCommand command = asked;
    if (command.file.empty())
        command.file = "new-" + command.kind + ".md";
    if (auto made = write_new(command.file, *text); !made)
        return made;
    if (auto edited = edit(command.file); !edited)
        return edited;
    const auto written = read_text_file(command.file);
    if (!written)
        return written.failure();
    if (*written == *text)
        return keep(command, output, "Nothing was written, so nothing is published.");
    if (options.no_input)
        return keep(command, output, "It is kept, not published.");
    const auto publish = ask_where(command, output);
    if (!publish)
        return keep(command, output, "It is kept, not published.");
    auto published = run(*publish, options, output);
    if (published)
        return published;
    Failure failure = published.failure();
    failure.next = "your file is " + command.file.string() + "; " + failure.next;
    return failure;
}

} // namespace staffroom::cli
