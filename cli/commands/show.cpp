#include "cli/answer.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

void print_facts(Output& output, const boost::json::value& record) {
    output.line(text_at(record, "title"));
    output.line("");
    const auto put = [&](std::string name, std::string value) {
        if (!value.empty())
            output.line(
                name + std::string(14 - std::min<std::size_t>(13, name.size()), ' ') + value
            );
    };
    put("Id", text_at(record, "id"));
    put("Kind", text_at(record, "kind"));
    put("School", text_at(record, "school_name"));
    put("Authors", names_of(list_at(record, "authors")));
    put("Reach", text_at(record, "reach"));
    put("Revision",
        text_at(record, "revision_number") + " of " + text_at(record, "revisions") + ", " +
            text_at(record, "revision"));
    put("Language", text_at(record, "language"));
    put("Licence", text_at(record, "licence"));
    put("Attribution", text_at(record, "attribution"));
    put("Summary", text_at(record, "summary"));
    for (const auto& about : list_at(record, "about"))
        put("About", text_at(about, "relation") + " " + text_at(about, "id"));
    if (const auto* fields = field_at(record, "fields").if_object())
        for (const auto& field : *fields)
            put(std::string(field.key()), text_at(field_at(record, "fields"), field.key()));
    for (const auto& attachment : list_at(record, "attachments"))
        put("Attachment",
            text_at(attachment, "name") + " (" + readable_bytes(count_at(attachment, "size")) +
                (flag_at(attachment, "here") ? ") " : ", not yet here) ") +
                text_at(attachment, "description"));
}

} // namespace

Outcome<ExitCode> run(const ShowCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto answer = client.get("/api/v1/records/" + path_part(command.id));
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    print_facts(output, *answer);
    output.line("");
    output.block(text_at(*answer, "text"));
    return ExitCode::done;
}

} // namespace staffroom::cli
