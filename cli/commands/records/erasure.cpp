// The commands erasure list, status, receipts: who has carried out which order.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace staffroom::cli {

namespace {

constexpr std::string_view erasures = "/api/v1/erasures";

std::string done_text(const boost::json::value& order) {
    return std::to_string(count_at(order, "erased")) + " of " +
           std::to_string(count_at(order, "of"));
}

/// How a network stands to an order to which its records have crossed.
std::string abroad_text(const boost::json::value& network) {
    const std::string by = text_at(network, "by_way_of");
    const std::string name = text_at(network, "name") + (by.empty() ? "" : ", by way of " + by);
    if (text_at(network, "state") == "stays")
        return "It had crossed to " + name +
               " and stays there: only an order of the school that wrote it crosses.";
    if (count_at(network, "of") == 0 && !by.empty())
        return "Waiting for " + name + ": nothing has been heard of it from there.";
    if (count_at(network, "of") == 0)
        return "Waiting for " + name + ": no gateway of theirs has said yet that it has the order.";
    const std::string begin = text_at(network, "state") == "erased" ? "Erased in " : "Waiting for ";
    return begin + name + ": " + done_text(network) + " schools, as their gateway says.";
}

/// Why a school waits of which one server has erased already; empty for all others.
std::string silent_server_text(const boost::json::value& school) {
    if (text_at(school, "waits_for") != "server")
        return {};
    const std::string sentence =
        "One server of " + text_at(school, "name") +
        " has erased it; another, whose key counts still, has not said so.";
    if (!flag_at(school, "is_own"))
        return sentence;
    return sentence + " If that machine is lost, end its key: `staffroom key rotate --phrase-file "
                      "FILE`.";
}

} // namespace

Outcome<ExitCode> run(const ErasureListCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(std::string(erasures) + (command.open ? "?open=true" : ""));
    if (!answer)
        return answer.failure();
    Table table(
        {{"ID", Shape::id},
         {"ERASED", Shape::fact},
         {"WHAT", Shape::fact},
         {"REASON", Shape::fact},
         {"ORDERED", Shape::fact},
         {"BY", Shape::text},
         {"NETWORK", Shape::text}}
    );
    for (const auto& order : list_at(*answer, "erasures")) {
        if (output.json())
            output.document(order);
        table.add(
            {text_at(order, "id"),
             done_text(order),
             text_at(order, "kind"),
             text_at(order, "reason"),
             time_text(count_at(order, "ordered_ms")),
             text_at(field_at(order, "ordered_by"), "name"),
             text_at(field_at(order, "network"), "name")}
        );
    }
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say(command.open ? "Every order is carried out." : "Nothing was ordered to go.");
    else
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode> run(const ErasureStatusCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get(std::string(erasures) + "/" + path_part(command.id));
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    output.line("Erased by " + done_text(*answer) + " schools.");
    Table table({{"SCHOOL", Shape::text}, {"STATE", Shape::fact}, {"SINCE", Shape::fact}});
    for (const auto& school : list_at(*answer, "schools"))
        table.add(
            {text_at(school, "name"),
             text_at(school, "state"),
             field_at(school, "since_ms").is_null() ? std::string()
                                                    : time_text(count_at(school, "since_ms"))}
        );
    output.table(table);
    for (const auto& school : list_at(*answer, "schools"))
        if (const auto why = silent_server_text(school); !why.empty())
            output.say(why);
    if (flag_at(*answer, "open"))
        output.say("A school that is \"unheard\" may be off; it erases at its first meeting.");
    for (const auto& network : list_at(*answer, "other_networks"))
        output.line(abroad_text(network));
    return ExitCode::done;
}

Outcome<ExitCode>
run(const ErasureReceiptsCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer =
        client.get(std::string(erasures) + "/" + path_part(command.id) + "/receipts");
    if (!answer)
        return answer.failure();
    std::ofstream file(command.file, std::ios::binary | std::ios::trunc);
    file << boost::json::serialize(*answer) << "\n";
    file.close();
    if (!file)
        return Failure{
            "The file " + command.file.string() + " could not be written.",
            "name a file in a folder that you may write in.",
            ExitCode::failed};
    if (output.json())
        output.document(boost::json::object{
            {"file", command.file.string()},
            {"order", text_at(*answer, "id")},
            {"receipts", list_at(*answer, "receipts").size()}});
    else
        output.say(
            counted(list_at(*answer, "receipts").size(), "receipt") + " written to " +
            command.file.string() + ". Check them with `staffroom verify --evidence " +
            command.file.string() + "`."
        );
    return ExitCode::done;
}

} // namespace staffroom::cli
