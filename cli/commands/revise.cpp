// revise, retract, history: a record over time.
#include "cli/answer.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/dry_run.hpp"
#include "cli/record_request.hpp"
#include "cli/text_file.hpp"
#include "cli/time_text.hpp"

namespace staffroom::cli {

Outcome<ExitCode> run(const ReviseCommand& command, const Options& options, Output& output) {
    std::string note;
    auto text = read_text_file(command.record.file, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        output.say("Note: " + note);
    Client client(options.data);
    auto brought = bring_record(client, command.record, std::move(*text), options, output);
    if (!brought)
        return brought.failure();
    auto& record = *brought;
    record["join"] = command.join;
    record["beside"] = command.beside;
    auto heads = seen_heads(client, command.id);
    if (!heads)
        return heads.failure();
    record["heads"] = std::move(*heads);
    const auto answer = client.post(
        "/api/v1/records/" + path_part(command.id) + "/revisions", boost::json::serialize(record)
    );
    if (!answer)
        return answer.failure();
    print_written(*answer, options, output, "revise");
    return ExitCode::done;
}

Outcome<ExitCode> run(const RetractCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    boost::json::object wish{{"reason", command.reason}, {"undo", command.undo}};
    auto heads = seen_heads(client, command.id);
    if (!heads)
        return heads.failure();
    wish["heads"] = std::move(*heads);
    ask_dry_run(wish, options);
    const auto answer = client.post(
        "/api/v1/records/" + path_part(command.id) + "/retraction", boost::json::serialize(wish)
    );
    if (!answer)
        return answer.failure();
    print_written(*answer, options, output, command.undo ? "show again" : "take back");
    if (!output.json() && !command.undo && !options.dry_run)
        output.say(
            "Its text is hidden here, and at every other school once that has heard of it. Copies "
            "may have been read. Undo it with `staffroom retract " +
            text_at(*answer, "id") + " --undo`."
        );
    return ExitCode::done;
}

Outcome<ExitCode> run(const HistoryCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/records/" + path_part(command.id) + "/history");
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    Table table({"NO", "WRITTEN", "SCHOOL", "STATE", "TITLE", "WHY"});
    std::size_t heads = 0;
    for (const auto& row : list_at(*answer, "revisions")) {
        const bool is_head = flag_at(row, "is_head");
        heads += is_head ? 1U : 0U;
        table.add(
            {"@" + std::to_string(count_at(row, "revision_number")),
             day_text(count_at(row, "written_ms")),
             text_at(row, "school_name"),
             flag_at(row, "is_retraction") ? "taken back"
             : is_head                     ? "newest"
                                           : "",
             text_at(row, "title"),
             text_at(row, "why_changed")}
        );
    }
    output.table(table);
    if (heads > 1)
        output.say(
            "Several versions stand side by side. Next: `staffroom show " + text_at(*answer, "id") +
            "`, then join them with `staffroom revise " + text_at(*answer, "id") + " FILE --join`."
        );
    return ExitCode::done;
}

} // namespace staffroom::cli
