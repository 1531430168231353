#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/wording.hpp"

namespace staffroom::cli {

namespace {

/// Adds a record. On a terminal the state stands where the eye already is, and only where there is
/// one.
void add_record(Table& table, const boost::json::value& record, bool is_plain) {
    const auto kind = text_at(record, "kind");
    const auto school = giver_of(record);
    const auto state = record_state(record);
    auto title = title_of(record);
    if (!is_plain && !state.empty())
        title += " [" + state + "]";
    table.add(
        {text_at(record, "id"), kind, text_at(record, "reach"), school, title, school, kind, state}
    );
}

} // namespace

Outcome<ExitCode> run(const ListCommand& command, const Options& options, Output& output) {
    std::string query = "/api/v1/records?limit=500";
    if (!command.network.empty())
        query += "&network=" + path_part(command.network);
    if (!command.kind.empty())
        query += "&kind=" + path_part(command.kind);
    if (command.gone)
        query += "&gone=true";
    Client client(options.data);
    Table table(
        {{"ID", Shape::id},
         {"KIND", Shape::fact, Seen::in_pipe},
         {"REACH", Shape::fact, Seen::in_pipe},
         {"SCHOOL", Shape::text, Seen::in_pipe},
         {"TITLE", Shape::title},
         {"SCHOOL", Shape::text, Seen::on_terminal},
         {"KIND", Shape::fact, Seen::on_terminal},
         {"STATE", Shape::fact, Seen::in_pipe}}
    );
    const bool is_plain = !output.out_terminal().is_terminal;
    std::string cursor;
    do {
        const auto answer =
            client.get(query + (cursor.empty() ? "" : "&after=" + path_part(cursor)));
        if (!answer)
            return answer.failure();
        for (const auto& record : list_at(*answer, "records")) {
            if (output.json())
                output.document(record);
            else
                add_record(table, record, is_plain);
        }
        const auto next = text_at(*answer, "next");
        cursor = next == cursor ? std::string() : next; // a cursor that stands still ends the list
    } while (!cursor.empty());
    if (output.json())
        return ExitCode::done;
    if (table.empty())
        output.say("No records.");
    else
        output.table(table);
    return ExitCode::done;
}

} // namespace staffroom::cli
