#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/network/typed_code.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/dry_run.hpp"

#include <optional>

namespace staffroom::cli {

namespace {

constexpr std::string_view networks = "/api/v1/networks";
constexpr std::chrono::seconds join_patience{90}; // the node dials, waits and stretches the code

std::string network_path(const std::string& network) {
    return std::string(networks) + "/" + path_part(network);
}

void print_network(Output& output, const boost::json::value& network) {
    output.line("Network   " + text_at(network, "name") + "  " + text_at(network, "id"));
    output.line("Focus     " + text_at(network, "focus"));
    const auto missing = count_at(network, "missing_bodies") + count_at(network, "missing_entries");
    output.line(
        "Records   " + std::to_string(count_at(network, "records")) +
        (missing == 0 ? "" : ", and " + std::to_string(missing) + " that have not arrived yet")
    );
    if (const auto waiting = count_at(network, "waiting_files"); waiting > 0)
        output.line("Files     of " + counted(waiting, "record") + " have not all arrived yet");
    output.line("Digest    " + text_at(network, "digest"));
    output.line("Schools");
    Table schools({{"ID", Shape::id}, "ROLE", {"NAME", Shape::title}});
    for (const auto& school : list_at(network, "schools")) {
        const bool has_joined = field_at(school, "joined").is_null() || flag_at(school, "joined");
        const std::string role = flag_at(school, "coordinator") ? "coordinator" : "member";
        schools.add(
            {text_at(school, "id"), has_joined ? role : "not joined yet", text_at(school, "name")}
        );
    }
    output.table(schools);
    if (const auto open = count_at(network, "open_invitations"); open > 0)
        output.line(counted(open, "invitation") + " not used yet");
}

/// Returns a name as a shell takes it.
std::string as_shell_word(const std::string& name) {
    return name.find_first_of(" '\"$`\\!*?&|;<>()#~") == std::string::npos ? name
                                                                           : "\"" + name + "\"";
}

/// Asks back about a word that is nearly one of the list: a focus belongs to its network for ever.
std::optional<Failure>
why_not_this_focus(const NetworkCreateCommand& command, const Options& options, Output& output) {
    const auto near = near_focus(command.focus);
    if (!near)
        return std::nullopt;
    const std::string sentence = "The focus \"" + command.focus +
                                 "\" is not one of the list; did you mean \"" + *near + "\"?";
    const auto consent =
        ask_first(options, output, sentence + " Keep \"" + command.focus + "\" as it is?");
    if (consent == Consent::given)
        return std::nullopt;
    return Failure{
        consent == Consent::refused ? "Nothing has been founded." : sentence,
        "run the command again with --focus " + *near + ", or with --yes to keep your own word.",
        ExitCode::usage,
        "focus.unknown"};
}

} // namespace

Outcome<ExitCode> run(const NetworkCreateCommand& command, const Options& options, Output& output) {
    if (auto refusal = why_not_this_focus(command, options, output))
        return *refusal;
    boost::json::object body{
        {"name", command.name}, {"focus", command.focus}, {"only_new", !options.yes}};
    if (!command.charter.empty()) {
        auto charter = read_text_file(command.charter);
        if (!charter)
            return charter.failure();
        body["charter"] = *charter;
    }
    ask_dry_run(body, options);
    Client client(options.data);
    auto answer = client.post(networks, boost::json::serialize(body));
    if (!answer && answer.failure().code == "network.same-name") {
        const auto& failure = answer.failure();
        const auto consent = ask_first(options, output, failure.sentence + " Found another one?");
        if (consent == Consent::refused)
            return Failure{
                "Nothing has been founded.", failure.next, ExitCode::refused, failure.code};
        if (consent == Consent::nobody_to_ask)
            return failure;
        body["only_new"] = false;
        answer = client.post(networks, boost::json::serialize(body));
    }
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(
            output, *answer, "found the network " + command.name + " for " + command.focus
        );
    if (output.json()) {
        output.document(*answer);
    } else {
        const auto name = text_at(*answer, "name");
        output.say("Founded \"" + name + "\" for " + text_at(*answer, "focus") + ".");
        output.say(
            "Next: invite a school with `staffroom network invite " + as_shell_word(name) + "`."
        );
        output.line(text_at(*answer, "id"));
    }
    return ExitCode::done;
}

Outcome<ExitCode> run(const NetworkListCommand&, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(networks);
    if (!answer)
        return answer.failure();
    Table table({{"ID", Shape::id}, "SCHOOLS", "RECORDS", {"NAME", Shape::title}});
    for (const auto& network : list_at(*answer, "networks")) {
        if (output.json())
            output.document(network);
        table.add(
            {text_at(network, "id"),
             std::to_string(list_at(network, "schools").size()),
             std::to_string(count_at(network, "records")),
             text_at(network, "name")}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("This school belongs to no network yet.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const NetworkShowCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(network_path(command.network));
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    print_network(output, *answer);
    if (const auto charter = text_at(*answer, "charter"); !charter.empty()) {
        output.line("Charter");
        output.block(charter);
    }
    return ExitCode::done;
}

Outcome<ExitCode> run(const NetworkInviteCommand& command, const Options& options, Output& output) {
    boost::json::object body;
    if (command.hours)
        body["hours"] = *command.hours;
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer =
        client.post(network_path(command.network) + "/invitations", boost::json::serialize(body));
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(
            output,
            *answer,
            "make a code for " + text_at(field_at(*answer, "network"), "name") +
                " that admits one school within " + text_at(*answer, "hours") + " hours"
        );
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    const auto code = text_at(*answer, "code");
    const auto address = text_at(*answer, "address");
    output.line("Code      " + code);
    output.line("Address   " + (address.empty() ? std::string("none is known") : address));
    if (const auto ends = count_at(*answer, "ends_ms"); ends > 0)
        output.line("Ends      " + time_text(ends));
    output.say("It admits one school, once. Read the code to them over the telephone; there they");
    output.say(
        "type: staffroom network join " + (address.empty() ? "HOST:PORT" : address) +
        " and, when asked, the code."
    );
    return ExitCode::done;
}

Outcome<ExitCode> run(const NetworkJoinCommand& command, const Options& options, Output& output) {
    const auto code =
        typed_code(command.code, "network join - " + command.address, options, output);
    if (!code)
        return code.failure();
    boost::json::object body{{"code", *code}, {"address", command.address}};
    ask_dry_run(body, options);
    Client client(options.data);
    const auto answer =
        client.post(std::string(networks) + "/join", boost::json::serialize(body), join_patience);
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(
            output,
            *answer,
            "call " + command.address + " and join with this code, which is well formed"
        );
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    std::string words;
    for (const auto& word : list_at(*answer, "words"))
        words +=
            (words.empty() ? "" : " ") + (word.is_string() ? std::string(word.get_string()) : "");
    const auto& inviter = field_at(*answer, "inviter");
    if (flag_at(*answer, "again"))
        output.say("This school had joined already; nothing has been done twice.");
    output.line("Joined    " + text_at(field_at(*answer, "network"), "name"));
    if (!words.empty())
        output.line("Words     " + words);
    output.say(
        "Ask " +
        (text_at(inviter, "name").empty() ? "the school that invited you" : text_at(inviter, "name")
        ) +
        " by phone whether its node shows the same four words."
    );
    return ExitCode::done;
}

} // namespace staffroom::cli
