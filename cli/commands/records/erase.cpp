// The commands erase, refuse, draft delete: words that have to go.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/records/record_name.hpp"

#include <algorithm>
#include <set>

namespace staffroom::cli {

namespace {

constexpr std::chrono::minutes erase_patience{10}; // every copy on a slow disk is looked for

/// Returns the schools of all networks in which it stands, each once.
std::set<std::string> schools_in(const boost::json::value& plan) {
    std::set<std::string> schools;
    for (const auto& network : list_at(plan, "networks"))
        for (const auto& school : list_at(network, "schools"))
            schools.insert(text_at(school, "id"));
    return schools;
}

/// Whether other networks have it that an order of this school does not reach.
bool stays_abroad(const boost::json::value& plan) {
    return std::ranges::any_of(list_at(plan, "linked"), [](const auto& network) {
        return flag_at(network, "stays");
    });
}

void say_plan(Output& output, const boost::json::value& plan) {
    for (const auto& network : list_at(plan, "networks"))
        output.say(
            "Held in " + text_at(network, "name") + " by " + names_of(list_at(network, "schools")) +
            "."
        );
    for (const auto& network : list_at(plan, "networks"))
        if (flag_at(network, "needs_another"))
            output.say(
                "In " + text_at(network, "name") +
                " nothing goes before another coordinator has ordered the same. No node tells "
                "them: ask them."
            );
    const auto& linked = list_at(plan, "linked");
    if (stays_abroad(plan))
        output.say(
            "It may have crossed to " + names_of(linked) +
            " and stays there: only an order of the school that wrote it crosses. Two coordinators "
            "there can order the same."
        );
    else if (!linked.empty())
        output.say(
            "It may have crossed to " + names_of(linked) +
            ": the order goes there as well. How many schools that is, no other network tells."
        );
    for (const auto& network : list_at(plan, "left"))
        output.say(
            "What stands in " + text_at(network, "name") +
            " stays there, since this school has left it: " + text_at(network, "next")
        );
    if (const auto own = count_at(plan, "own_texts"); own > 0)
        output.say(counted(own, "older text") + " of it in this school goes with it.");
    if (const auto others = count_at(plan, "of_others"); others > 0)
        output.say(
            counted(others, "revision") + " of it by other schools stays until these order it."
        );
    for (const auto& row : list_at(plan, "cited_by"))
        output.say(
            "\"" + title_of(row) + "\" by " + text_at(row, "school_name") +
            " speaks of it and keeps its id and date."
        );
    for (const auto& row : list_at(plan, "drafts"))
        output.say(
            "Your draft \"" + title_of(row) +
            "\" may quote it and is not touched: " + text_at(row, "id").substr(0, 8)
        );
}

void say_waiting(Output& output, const boost::json::value& answer) {
    if (text_at(answer, "waits_for") == "second-person")
        output.say(
            "More than 20 entries at once want two people. Noted; next another lead of this school "
            "asks for the same over the API (POST /api/v1/erasures), signed in."
        );
    output.say(
        "It is ordered by the same command from " + time_text(count_at(answer, "due_ms")) + " on."
    );
}

void say_ordered(Output& output, const boost::json::value& answer) {
    const auto& networks = list_at(answer, "networks");
    const auto needs_another = [](const auto& network) {
        return flag_at(network, "needs_another");
    };
    const bool is_half = !networks.empty() && std::ranges::all_of(networks, needs_another);
    output.say(
        is_half ? "Ordered by this school. It goes as soon as another coordinator has ordered the "
                  "same; if one has already, it goes now."
                : "Ordered. Each school erases it when it hears of it; what was read, printed or "
                  "copied elsewhere nobody can take back."
    );
    for (const auto& order : list_at(answer, "orders"))
        output.line(std::string(order.as_string()));
    if (is_half)
        output.say("Next: ask another coordinator to run the same command.");
    else if (!list_at(answer, "orders").empty())
        output.say(
            "Next: `staffroom erasure status " +
            std::string(list_at(answer, "orders").front().as_string()).substr(0, 8) + "`."
        );
}

Outcome<boost::json::object> erasure_wish(Client& client, const EraseCommand& command) {
    boost::json::object wish{{"reason", command.reason}, {"files_only", command.files_only}};
    if (!command.school.empty()) {
        wish["school"] = command.school;
        wish["after"] = command.after.value_or(0);
        return wish;
    }
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    wish["record"] = *id;
    return wish;
}

/// The command as it would be typed again.
std::string typed_again(const EraseCommand& command, const boost::json::object& wish) {
    std::string again = "erase ";
    if (command.school.empty())
        again += text_at(wish, "record");
    else
        again += "--school \"" + command.school + "\" --after " +
                 std::to_string(command.after.value_or(0));
    return again + " --reason " + command.reason + (command.files_only ? " --files-only" : "");
}

Failure not_meant(const std::string& again) {
    return {
        "Erasing cannot be undone, and nobody was there to say that it is meant.",
        "look with --dry-run, then run `staffroom " + again + " --yes`.",
        ExitCode::refused};
}

/// Asks once more: nothing brings the words back.
Outcome<ExitCode>
ask_for_erasure(const Options& options, Output& output, const std::string& again) {
    switch (ask_first(options, output, "Nothing brings it back. Go on?")) {
    case Consent::given: return ExitCode::done;
    case Consent::refused:
        return Failure{
            "Nothing has been changed.", "run it again when it is meant.", ExitCode::refused};
    case Consent::nobody_to_ask: break;
    }
    return not_meant(again);
}

/// Carries out what concerns this disk alone, after the question.
Outcome<boost::json::value> take_off_disk(
    const std::string& typed,
    const std::string& what,
    const std::string& again,
    const Options& options,
    Output& output
) {
    Client client(options.data);
    const auto id = record_id(client, typed);
    if (!id)
        return id.failure();
    const std::string path = "/api/v1/records/" + path_part(*id) + "/" + what;
    auto plan = client.post(path, R"({"dry_run":true})");
    if (!plan || options.dry_run)
        return plan;
    if (!output.json())
        say_plan(output, *plan);
    if (const auto agreed = ask_for_erasure(options, output, again + " " + *id); !agreed)
        return agreed.failure();
    return client.post(path, "{}", erase_patience);
}

} // namespace

Outcome<ExitCode> run(const EraseCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    auto wish = erasure_wish(client, command);
    if (!wish)
        return wish.failure();
    (*wish)["dry_run"] = true;
    const auto plan = client.post("/api/v1/erasures", boost::json::serialize(*wish));
    if (!plan)
        return plan.failure();
    if (!output.json())
        say_plan(output, *plan);
    const std::string what =
        (command.files_only ? "erase the files of " : "erase ") +
        counted(count_at(*plan, "entries"), "revision") + " at " +
        counted(schools_in(*plan).size(), "school") +
        (list_at(*plan, "linked").empty() || stays_abroad(*plan) ? ""
                                                                 : ", and wherever it crossed to");
    if (options.dry_run)
        return report_dry_run(output, *plan, what);
    if (const auto agreed = ask_for_erasure(options, output, typed_again(command, *wish)); !agreed)
        return agreed;
    wish->erase("dry_run");
    const auto answer =
        client.post("/api/v1/erasures", boost::json::serialize(*wish), erase_patience);
    if (!answer)
        return answer.failure();
    const bool waits = !text_at(*answer, "waits_for").empty();
    if (output.json())
        output.document(*answer);
    else if (waits)
        say_waiting(output, *answer);
    else
        say_ordered(output, *answer);
    return waits ? ExitCode::attention : ExitCode::done;
}

Outcome<ExitCode> run(const RefuseCommand& command, const Options& options, Output& output) {
    const auto answer = take_off_disk(command.id, "refusal", "refuse", options, output);
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(output, *answer, "hold this record here no longer");
    if (output.json())
        output.document(*answer);
    else
        output.say("This school holds the record no longer. Others still may.");
    return ExitCode::done;
}

Outcome<ExitCode> run(const DraftDeleteCommand& command, const Options& options, Output& output) {
    const auto answer = take_off_disk(command.id, "deletion", "draft delete", options, output);
    if (!answer)
        return answer.failure();
    if (options.dry_run)
        return report_dry_run(output, *answer, "take this draft off the disk");
    if (output.json())
        output.document(*answer);
    else
        output.say("The draft is gone from this disk. A backup may still have it.");
    return ExitCode::done;
}

} // namespace staffroom::cli
