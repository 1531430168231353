// The commands revise, retract, history: a record over time.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/text_file.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/records/newer_text.hpp"
#include "cli/records/record_name.hpp"
#include "cli/records/record_request.hpp"

namespace staffroom::cli {

namespace {

/// Returns the heads that the author has seen: those of --over, or those that stand there now, once
/// it is certain that the file leaves nothing out that was written since.
Outcome<boost::json::array> heads_to_replace(
    Client& client,
    const ReviseCommand& command,
    const boost::json::value& record,
    std::string_view text,
    const Options& options,
    Output& output
) {
    if (!command.over.empty()) {
        if (command.over.find('@') == std::string::npos)
            return Failure{
                "--over names the newest text with its number, not only its record.",
                "run `staffroom history " + text_at(record, "id") + "` and give it as ID@N.",
                ExitCode::usage};
        const auto seen = client.get("/api/v1/records/" + path_part(command.over));
        if (!seen)
            return seen.failure();
        return boost::json::array{text_at(*seen, "revision")};
    }
    if (command.id.find('@') != std::string::npos)
        return boost::json::array(); // the id itself says what the author saw
    if (!command.join && !command.beside)
        if (const auto agreed = check_newer_text(client, record, text, options, output); !agreed)
            return agreed.failure();
    return list_at(record, "head_revisions");
}

} // namespace

Outcome<ExitCode> run(const ReviseCommand& command, const Options& options, Output& output) {
    std::string note;
    auto text = read_text_file(command.record.file, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        output.say("Note: " + note);
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    const auto former = client.get("/api/v1/records/" + path_part(*id));
    if (!former)
        return former.failure();
    auto heads = heads_to_replace(client, command, *former, *text, options, output);
    if (!heads)
        return heads.failure();
    auto brought = bring_record(
        client, command.record, std::move(*text), list_at(*former, "attachments"), options, output
    );
    if (!brought)
        return brought.failure();
    auto& record = brought->request;
    record["join"] = command.join;
    record["beside"] = command.beside;
    record["heads"] = std::move(*heads);
    const auto answer = client.post(
        "/api/v1/records/" + path_part(*id) + "/revisions", boost::json::serialize(record)
    );
    if (!answer)
        return answer.failure();
    print_written(client, *answer, options, output, "revise");
    return brought->is_whole ? ExitCode::done : ExitCode::attention;
}

Outcome<ExitCode> run(const RetractCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    boost::json::object wish{{"reason", command.reason}, {"undo", command.undo}};
    auto heads = seen_heads(client, *id);
    if (!heads)
        return heads.failure();
    wish["heads"] = std::move(*heads);
    ask_dry_run(wish, options);
    const auto answer = client.post(
        "/api/v1/records/" + path_part(*id) + "/retraction", boost::json::serialize(wish)
    );
    if (!answer)
        return answer.failure();
    if (!output.json() && !command.undo && !options.dry_run) {
        // Nobody else has what never left the school.
        const auto reach = text_at(*answer, "reach");
        const bool is_inside = reach == "draft" || reach == "school";
        output.say(
            std::string(
                is_inside
                    ? "Its text is hidden here. It has not left this school."
                    : "Its text is hidden here, and at every other school once that has heard "
                      "of it. Copies may have been read."
            ) +
            " Undo it with `staffroom retract " + text_at(*answer, "id").substr(0, 8) + " --undo`."
        );
    }
    print_written(client, *answer, options, output, command.undo ? "show again" : "take back");
    return ExitCode::done;
}

Outcome<ExitCode> run(const HistoryCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    const auto answer = client.get("/api/v1/records/" + path_part(*id) + "/history");
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    Table table(
        {{"NO", Shape::id},
         "WRITTEN",
         {"SCHOOL", Shape::text},
         "STATE",
         {"TITLE", Shape::title},
         {"WHY", Shape::text}}
    );
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
             title_of(row),
             text_at(row, "why_changed")}
        );
    }
    output.table(table);
    if (const std::size_t earlier = count_at(*answer, "earlier"); earlier > 1)
        output.say(
            "The first " + std::to_string(earlier - 1) + " of " +
            std::to_string(count_at(*answer, "total")) + " are not shown; `staffroom show " +
            text_at(*answer, "id") + "@1` shows any of them by its number."
        );
    if (heads > 1)
        output.say(
            "Several versions stand side by side. Next: `staffroom show " + text_at(*answer, "id") +
            "`, then join them with `staffroom revise " + text_at(*answer, "id") + " FILE --join`."
        );
    return ExitCode::done;
}

} // namespace staffroom::cli
