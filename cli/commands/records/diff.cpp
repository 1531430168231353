// The command diff: the changes from one revision to another, line by line.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/records/record_name.hpp"
#include "cli/records/unified_diff.hpp"

namespace staffroom::cli {

namespace {

void put_line(std::vector<std::string>& lines, std::string name, const std::string& value) {
    if (!value.empty())
        lines.push_back(std::move(name) + ": " + value);
}

/// Returns the envelope, one fact a line; then the text.
std::vector<std::string> lines_of(const boost::json::value& record) {
    std::vector<std::string> lines;
    put_line(lines, "title", text_at(record, "title"));
    put_line(lines, "summary", text_at(record, "summary"));
    put_line(lines, "authors", names_of(list_at(record, "authors")));
    put_line(lines, "reach", text_at(record, "reach"));
    put_line(lines, "language", text_at(record, "language"));
    put_line(lines, "licence", text_at(record, "licence"));
    const auto& fields = field_at(record, "fields");
    if (const auto* object = fields.if_object())
        for (const auto& field : *object)
            put_line(lines, std::string(field.key()), text_at(fields, field.key()));
    for (const auto& about : list_at(record, "about"))
        put_line(lines, "about", text_at(about, "relation") + " " + text_at(about, "id"));
    for (const auto& file : list_at(record, "attachments"))
        put_line(lines, "file", text_at(file, "name") + " " + text_at(file, "hash"));
    lines.emplace_back();
    append_lines(lines, text_at(record, "text"));
    return lines;
}

} // namespace

Outcome<ExitCode> run(const DiffCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto first = record_id(client, command.before);
    if (!first)
        return first.failure();
    const auto second = record_id(client, command.after);
    if (!second)
        return second.failure();
    const auto before = client.get("/api/v1/records/" + path_part(*first));
    if (!before)
        return before.failure();
    const auto after = client.get("/api/v1/records/" + path_part(*second));
    if (!after)
        return after.failure();
    for (const auto* record : {&*before, &*after})
        if (field_at(*record, "text").is_null())
            return Failure{
                "The text of " + text_at(*record, "id") + " is not to be seen: " +
                    (text_at(*record, "state") == "retracted" ? "it has been taken back."
                                                              : "it has not arrived."),
                "run `staffroom history " + text_at(*record, "id") + "`.",
                ExitCode::refused};
    const auto changes = unified_diff(lines_of(*before), lines_of(*after));
    if (!changes)
        return changes.failure();
    if (output.json()) {
        output.document(boost::json::object{
            {"before", text_at(*before, "revision")},
            {"after", text_at(*after, "revision")},
            {"same", changes->empty()},
            {"unified", *changes}});
        return ExitCode::done;
    }
    if (changes->empty()) {
        output.say("The two are the same.");
        return ExitCode::done;
    }
    output.line("--- " + command.before + "  " + text_at(*before, "title"));
    output.line("+++ " + command.after + "  " + text_at(*after, "title"));
    output.block(*changes);
    return ExitCode::done;
}

} // namespace staffroom::cli
