// `staffroom network charter show`, `revise` and `sign`. What would change is shown as a difference
// of lines to the charter in force, and asked about, before it is sent.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/records/unified_diff.hpp"

namespace staffroom::cli {

namespace {

using boost::json::object;
using boost::json::value;

std::string charter_path(const NetworkCharterCommand& command) {
    return "/api/v1/networks/" + path_part(command.network) + "/charter";
}

std::vector<std::string> charter_lines(const value& charter) {
    std::vector<std::string> lines;
    append_lines(lines, text_at(charter, "text"));
    return lines;
}

std::string charter_signatures(const value& answer, const value& charter) {
    const auto& schools = list_at(charter, "signed_by");
    const auto needed = count_at(answer, "needed");
    std::string text = "signed by " + (schools.empty() ? "nobody" : names_of(schools));
    if (schools.size() < needed)
        text += "; " + counted(needed - schools.size(), "signature") +
                (needed - schools.size() == 1 ? " is" : " are") + " missing";
    return text;
}

/// "Charter 3 by B school, 2026-11-30 12:00:00".
std::string charter_title(const value& charter) {
    std::string text = "Charter " + std::to_string(count_at(charter, "number"));
    if (const auto name = text_at(field_at(charter, "author"), "name"); !name.empty())
        text += " by " + name;
    if (const auto written = count_at(charter, "written_ms"); written > 0)
        text += ", " + time_text(written);
    return text;
}

const value& charter_in_force(const value& answer) {
    static const value nothing;
    for (const value& charter : list_at(answer, "charters"))
        if (text_at(charter, "state") == "in-force")
            return charter;
    return nothing;
}

/// Shows what charters change. The attack: a member puts a charter of nothing but line ends
/// forward, or a hundred of which no line is alike, and nobody sees the honest one among them any
/// more.
class CharterChanges {
public:
    explicit CharterChanges(const value& before)
        : before_(charter_lines(before)) {}

    /// Tells whether this charter is compared, and prints what it changes if so.
    [[nodiscard]] bool show(const value& charter, Output& output) {
        const auto lines = charter_lines(charter);
        const std::size_t cost = (before_.size() + 1) * (lines.size() + 1);
        if (cost > cost_left_)
            return false;
        const auto changes = unified_diff(before_, lines);
        if (!changes)
            return false;
        cost_left_ -= cost;
        output.block(changes->empty() ? text_at(charter, "text") : *changes);
        return true;
    }

private:
    // Pairs of lines, about two seconds of work: 20 charters of a thousand lines each.
    std::size_t cost_left_ = 20'000'000;
    std::vector<std::string> before_;
};

Outcome<ExitCode>
show_charters(const NetworkCharterCommand& command, const value& answer, Output& output) {
    if (output.json()) {
        output.document(answer);
        return ExitCode::done;
    }
    const value& current = charter_in_force(answer);
    output.line(
        charter_title(current) + " is in force, " + charter_signatures(answer, current) + "."
    );
    const auto text = text_at(current, "text");
    output.block(text.empty() ? "The network was founded without a charter." : text);
    CharterChanges changes(current);
    for (const value& charter : list_at(answer, "charters")) {
        if (text_at(charter, "state") != "put-forward")
            continue;
        output.line("");
        output.line(
            charter_title(charter) + " is put forward, " + charter_signatures(answer, charter) + "."
        );
        if (!changes.show(charter, output))
            output.line(
                "It has " + counted(charter_lines(charter).size(), "line") +
                " and is not compared here, because there are too many; `staffroom --json network "
                "charter show " +
                command.network + "` has its text."
            );
        output.line("ID  " + text_at(charter, "id"));
        if (!flag_at(charter, "is_signed_here"))
            output.say(
                "To sign it: `staffroom network charter sign " + command.network + " " +
                text_at(charter, "id").substr(0, 8) + "`."
            );
    }
    return ExitCode::done;
}

struct CharterChange {
    std::string path;
    object body;
    std::string verb;
    std::string question;
};

Outcome<ExitCode> put_charter(
    const CharterChange& change, const value& before, const Options& options, Output& output
) {
    Client client(options.data);
    object question = change.body;
    question["dry_run"] = true;
    const auto effect = client.post(change.path, boost::json::serialize(question));
    if (!effect)
        return effect.failure();
    const value& charter = field_at(*effect, "charter");
    if (options.dry_run)
        return report_dry_run(
            output,
            *effect,
            change.verb + " charter " + std::to_string(count_at(charter, "number")) + ": " +
                charter_signatures(*effect, charter)
        );
    if (!output.json()) {
        // Nobody signs what he has not seen: too long to compare, it stands there whole.
        if (!CharterChanges(charter_in_force(before)).show(charter, output))
            output.block(text_at(charter, "text"));
    }
    if (!confirm(options, output, change.question))
        return Failure{
            "Nothing has been changed.",
            "run the command again when it is meant.",
            ExitCode::refused};
    // What was read is signed, though another one has been put forward meanwhile.
    object body = change.body;
    if (body.contains("text"))
        body["follows"] = text_at(charter, "follows");
    else
        body["charter"] = text_at(charter, "id");
    const auto done = client.post(change.path, boost::json::serialize(body));
    if (!done)
        return done.failure();
    if (output.json()) {
        output.document(*done);
        return ExitCode::done;
    }
    const value& written = field_at(*done, "charter");
    const bool is_in_force = text_at(written, "state") == "in-force";
    output.say(
        charter_title(written) + (is_in_force ? " is in force, " : " is put forward, ") +
        charter_signatures(*done, written) + "."
    );
    output.line(text_at(written, "id"));
    return ExitCode::done;
}

} // namespace

Outcome<ExitCode>
run(const NetworkCharterCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(charter_path(command));
    if (!answer)
        return answer.failure();
    if (command.word == "show")
        return show_charters(command, *answer, output);
    if (command.word == "revise") {
        auto text = read_text_file(command.what);
        if (!text)
            return text.failure();
        return put_charter(
            {charter_path(command),
             {{"text", *text}},
             "put forward",
             "Put this to all schools of the network, signed by this one?"},
            *answer,
            options,
            output
        );
    }
    object body;
    if (!command.what.empty())
        body["charter"] = command.what;
    return put_charter(
        {charter_path(command) + "/sign",
         std::move(body),
         "sign",
         "Sign it in the name of this school?"},
        *answer,
        options,
        output
    );
}

} // namespace staffroom::cli
