// `staffroom network members`, `role`, `suspend` and the like. Each change is foretold by the node
// and asked about, then sent.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/records/dry_run.hpp"

namespace staffroom::cli {

namespace {

using boost::json::object;
using boost::json::value;

std::string path_of(const std::string& network, const std::string& rest) {
    return "/api/v1/networks/" + path_part(network) + "/" + rest;
}

std::string school_path(const std::string& network, const std::string& school, const char* word) {
    return path_of(network, "schools/" + path_part(school) + "/" + word);
}

/// Returns "member", "coordinator", "suspended": the role of who is in, else how it is out.
std::string standing_text(const value& standing) {
    const auto role = text_at(standing, "role");
    return role.empty() ? text_at(standing, "state") : role;
}

std::string school_text(const value& effect) {
    const auto name = text_at(field_at(effect, "school"), "name");
    return name.empty() ? "A school without a name yet" : name;
}

/// Says what an act changes: "Oakdene: 31 records stay, 2 are set aside; 1 open invitation ends."
std::string effect_text(const value& effect) {
    const auto kept = count_at(effect, "records_kept");
    const auto aside = count_at(effect, "records_aside");
    const auto ended = count_at(effect, "invitations_ended");
    const auto from = standing_text(field_at(effect, "before"));
    const auto to = standing_text(field_at(effect, "after"));
    std::string text = school_text(effect) + ": ";
    if (flag_at(effect, "is_proposal"))
        return text + "stays " + from + " until enough schools have signed";
    text += from == to ? to + " as before" : from + " until now, then " + to;
    const bool may_write = to == "coordinator" || to == "member";
    if (!may_write || aside > 0)
        text += "; " + counted(kept, "record") + (kept == 1 ? " stays" : " stay");
    if (aside > 0)
        text += ", " + counted(aside, "later one") + (aside == 1 ? " is" : " are") + " set aside";
    if (ended > 0)
        text += "; " + counted(ended, "open invitation") + (ended == 1 ? " ends" : " end");
    if (const auto& others = list_at(effect, "others_out"); !others.empty())
        text += "; with it go " + names_of(others);
    return text;
}

/// An act: where it is sent, what is sent, and what undoes it.
struct Act {
    std::string path;
    object body;
    std::string verb;      // "remove Oakdene from Rivers"
    std::string undo;      // a sentence
    std::string warning{}; // a sentence, said before anything is changed
};

Outcome<ExitCode> carry_out(Act act, const Options& options, Output& output) {
    Client client(options.data);
    object question = act.body;
    question["dry_run"] = true;
    const auto effect = client.post(act.path, boost::json::serialize(question));
    if (!effect)
        return effect.failure();
    if (options.dry_run)
        return report_dry_run(
            output,
            *effect,
            act.verb + ". " + effect_text(*effect) + (act.warning.empty() ? "" : ". " + act.warning)
        );
    if (flag_at(*effect, "is_unshared") && !options.yes)
        return Failure{
            "No other school is known to hold all that this one wrote in the network; what they "
            "lack "
            "would reach nobody.",
            "run `staffroom sync --wait` first, or add --yes to leave all the same.",
            ExitCode::refused,
            "membership.unshared"};
    if (!output.json())
        output.say(effect_text(*effect) + "." + (act.warning.empty() ? "" : " " + act.warning));
    if (!confirm(options, output, "Go on?"))
        return Failure{
            "Nothing has been changed.",
            "run the command again when it is meant.",
            ExitCode::refused};
    const auto done = client.post(act.path, boost::json::serialize(act.body));
    if (!done)
        return done.failure();
    if (output.json()) {
        output.document(*done);
        return ExitCode::done;
    }
    const auto network = text_at(field_at(*done, "network"), "name");
    if (flag_at(*done, "is_proposal"))
        output.say(
            "It waits for signatures: other schools run `staffroom network confirm` with the "
            "id below."
        );
    else
        output.say("Done in \"" + network + "\".");
    if (!act.undo.empty())
        output.say(act.undo);
    output.line(text_at(*done, "operation"));
    return ExitCode::done;
}

object with_reason(const std::string& reason) {
    object body;
    if (!reason.empty())
        body["reason"] = reason;
    return body;
}

std::string day_text(const value& school, const char* key) {
    constexpr std::size_t day_characters = 10; // 2027-07-31
    const auto ms = count_at(school, key);
    return ms == 0 ? "" : time_text(ms).substr(0, day_characters);
}

/// Whom a school has named to order for it once it is gone; empty where it has said nothing.
std::string succession_text(const value& school) {
    const std::string name = text_at(school, "name");
    if (flag_at(school, "successor_at_odds"))
        return name +
               " has named different schools to order for it once it is gone, in words that have "
               "not seen each other. So none may, until it says `staffroom network successor` "
               "again.";
    const std::string successor = text_at(field_at(school, "successor"), "name");
    return successor.empty()
               ? ""
               : name + " has named " + successor + " to order erasures for it once it is gone.";
}

std::string undo_of(const std::string& word) {
    if (word == "suspend")
        return "`staffroom network resume` undoes it.";
    if (word == "remove")
        return "A coordinator can invite the school again with `staffroom network invite`.";
    return "";
}

} // namespace

Outcome<ExitCode>
run(const NetworkMembersCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(path_of(command.network, "schools"));
    if (!answer)
        return answer.failure();
    Table table(
        {{"ID", Shape::id},
         {"STATE", Shape::fact},
         {"SINCE", Shape::fact},
         {"UNTIL", Shape::fact},
         {"HEARD", Shape::fact},
         {"NAME", Shape::title}}
    );
    for (const auto& school : list_at(*answer, "schools")) {
        if (output.json())
            output.document(school);
        table.add(
            {text_at(school, "id"),
             standing_text(school),
             day_text(school, "since_ms"),
             last_day_text(count_at(school, "until_ms")),
             day_text(school, "last_heard_ms"),
             text_at(school, "name")}
        );
    }
    if (output.json())
        return ExitCode::done;
    output.table(table);
    for (const auto& school : list_at(*answer, "schools"))
        if (const std::string text = succession_text(school); !text.empty())
            output.say(text);
    return ExitCode::done;
}

Outcome<ExitCode> run(const NetworkRoleCommand& command, const Options& options, Output& output) {
    object body{{"role", command.role}};
    if (!command.until.empty())
        body["until"] = command.until;
    return carry_out(
        {school_path(command.network, command.school, "role"),
         std::move(body),
         "make " + command.school + " " + command.role + " of " + command.network,
         "`staffroom network role` with its former role undoes it."},
        options,
        output
    );
}

Outcome<ExitCode>
run(const NetworkStandingCommand& command, const Options& options, Output& output) {
    return carry_out(
        {school_path(command.network, command.school, command.word.c_str()),
         with_reason(command.reason),
         command.word + " " + command.school + " in " + command.network,
         undo_of(command.word)},
        options,
        output
    );
}

Outcome<ExitCode> run(const NetworkLeaveCommand& command, const Options& options, Output& output) {
    return carry_out(
        {path_of(command.network, "leave"),
         with_reason(command.reason),
         "leave " + command.network,
         "What it had stays here. A new code of a coordinator brings this school back.",
         "From then on this school can take back or erase nothing that it wrote there: the "
         "school that it named with `network successor` can, or two coordinators. What has to go "
         "is erased before"},
        options,
        output
    );
}

Outcome<ExitCode>
run(const NetworkSuccessorCommand& command, const Options& options, Output& output) {
    const std::string who = command.is_nobody ? "nobody" : command.school;
    return carry_out(
        {path_of(command.network, "successor"),
         {{"school", command.school}},
         "let " + who + " erase what this school wrote in " + command.network + ", once it is gone",
         command.is_nobody ? "" : "`staffroom network successor NET --nobody` undoes it."},
        options,
        output
    );
}

Outcome<ExitCode>
run(const NetworkProposalsCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(path_of(command.network, "proposals"));
    if (!answer)
        return answer.failure();
    Table table(
        {{"ID", Shape::id},
         {"WHAT", Shape::fact},
         {"SCHOOL", Shape::title},
         {"WHY", Shape::fact},
         {"SIGNED BY", Shape::text}}
    );
    for (const auto& proposal : list_at(*answer, "proposals")) {
        if (output.json())
            output.document(proposal);
        const auto role = text_at(proposal, "role");
        table.add(
            {text_at(proposal, "id"),
             role.empty() ? text_at(proposal, "act") : "role " + role,
             text_at(field_at(proposal, "school"), "name"),
             text_at(proposal, "reason"),
             names_of(list_at(proposal, "signed_by"))}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("Nothing waits for signatures.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const NetworkForksCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(path_of(command.network, "forks"));
    if (!answer)
        return answer.failure();
    const auto& forks = list_at(*answer, "forks");
    for (const auto& fork : forks) {
        if (output.json()) {
            output.document(fork);
            continue;
        }
        std::string sizes;
        for (const auto& size : list_at(fork, "sizes"))
            sizes +=
                (sizes.empty() ? "" : " and ") + std::to_string(size.to_number<std::uint64_t>());
        output.line(
            "School    " + school_text(fork) + ", " + text_at(fork, "channel") + "  " +
            text_at(fork, "log")
        );
        output.line(
            "Histories of " + sizes + " entries that part after " +
            std::to_string(count_at(fork, "position")) + "; here are " +
            std::to_string(count_at(fork, "held"))
        );
        output.line("Next      " + text_at(fork, "next"));
    }
    if (!output.json() && forks.empty())
        output.say("No school has written two histories in this network.");
    return ExitCode::done;
}

Outcome<ExitCode>
run(const NetworkConfirmCommand& command, const Options& options, Output& output) {
    return carry_out(
        {path_of(command.network, "proposals/" + path_part(command.proposal) + "/confirm"),
         {},
         "sign " + command.proposal + " in " + command.network,
         ""},
        options,
        output
    );
}

Outcome<ExitCode> run(const NetworkSettleCommand& command, const Options& options, Output& output) {
    return carry_out(
        {path_of(command.network, "admissions/" + path_part(command.admission) + "/settle"),
         {},
         "admit the school of " + command.admission + " to " + command.network,
         "`staffroom network remove` undoes it."},
        options,
        output
    );
}

} // namespace staffroom::cli
