#include "cli/answer.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"

namespace staffroom::cli {

Outcome<ExitCode> run(const ListCommand& command, const Options& options, Output& output) {
    std::string query = "/api/v1/records?limit=500";
    if (!command.network.empty())
        query += "&network=" + path_part(command.network);
    if (!command.kind.empty())
        query += "&kind=" + path_part(command.kind);
    Client client(options.data);
    Table table({"ID", "KIND", "REACH", "SCHOOL", "TITLE"});
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
                table.add(
                    {text_at(record, "id"),
                     text_at(record, "kind"),
                     text_at(record, "reach"),
                     text_at(record, "school_name"),
                     text_at(record, "title")}
                );
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
