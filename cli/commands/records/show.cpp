#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/records/record_name.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

void put(Output& output, const std::string& name, const std::string& value) {
    if (!value.empty())
        output.line(name + std::string(14 - std::min<std::size_t>(13, name.size()), ' ') + value);
}

/// "reviews "Exit tickets", Oakdene (@1 of it; a newer text exists)  abcdefgh"
std::string related_text(const boost::json::value& related) {
    if (!flag_at(related, "here"))
        return text_at(related, "relation") + " a record that is not here, " +
               text_at(related, "id");
    std::string text = text_at(related, "relation") + " \"" + text_at(related, "title") + "\", " +
                       text_at(related, "school_name");
    if (text_at(related, "state") == "retracted")
        text += " (taken back)";
    return text + "  " + text_at(related, "id").substr(0, 8);
}

void print_relations(Output& output, const boost::json::value& record) {
    for (const auto& about : list_at(record, "about")) {
        put(output, "About", related_text(about));
        if (flag_at(about, "has_newer"))
            put(output, "", "  a newer text than the one it was written about exists");
    }
    for (const auto& incoming : list_at(record, "incoming"))
        put(output,
            "Others",
            related_text(incoming) +
                (flag_at(incoming, "has_newer") ? ", about an earlier revision" : ""));
}

void print_state(Output& output, const boost::json::value& record) {
    if (text_at(record, "state") == "superseded")
        put(output, "State", "replaced by " + text_at(record, "superseded_by"));
    else if (text_at(record, "state") == "retracted")
        put(output, "State", "taken back: " + text_at(field_at(record, "retraction"), "reason"));
    put(output, "Call", text_at(record, "call_state"));
    if (flag_at(record, "has_newer"))
        put(output, "Newer", "a newer revision exists: show " + text_at(record, "document"));
}

void print_facts(Output& output, const boost::json::value& record) {
    output.line(text_at(record, "title"));
    output.line("");
    put(output, "Id", text_at(record, "id"));
    put(output, "Kind", text_at(record, "kind"));
    put(output, "School", text_at(record, "school_name"));
    put(output, "Authors", names_of(list_at(record, "authors")));
    put(output, "Reach", text_at(record, "reach"));
    put(output,
        "Revision",
        text_at(record, "revision_number") + " of " + text_at(record, "revisions") + ", " +
            text_at(record, "revision"));
    if (const auto written = count_at(record, "modified_ms"); written > 0)
        put(output, "Written", time_text(written));
    print_state(output, record);
    put(output, "Language", text_at(record, "language"));
    put(output, "Licence", text_at(record, "licence"));
    put(output, "Attribution", text_at(record, "attribution"));
    if (const std::string origin = text_at(record, "origin"); !origin.empty())
        put(output, "Origin", "says it comes from " + origin);
    put(output, "Summary", text_at(record, "summary"));
    print_relations(output, record);
    if (const auto* fields = field_at(record, "fields").if_object())
        for (const auto& field : *fields)
            put(output, std::string(field.key()), text_at(field_at(record, "fields"), field.key()));
    for (const auto& attachment : list_at(record, "attachments"))
        put(output,
            "Attachment",
            text_at(attachment, "name") + " (" + readable_bytes(count_at(attachment, "size")) +
                (flag_at(attachment, "here") ? ") " : ", not yet here) ") +
                text_at(attachment, "description"));
}

} // namespace

Outcome<ExitCode> run(const ShowCommand& command, const Options& options, Output& output) {
    Client client(options.data);
    const auto id = record_id(client, command.id);
    if (!id)
        return id.failure();
    const auto answer = client.get("/api/v1/records/" + path_part(*id));
    if (!answer)
        return answer.failure();
    if (output.json()) {
        output.document(*answer);
        return ExitCode::done;
    }
    print_facts(output, *answer);
    output.line("");
    output.block(text_at(*answer, "text"));
    const auto& versions = list_at(*answer, "versions");
    for (const auto& version : versions) {
        output.line("");
        output.line("======== The other version, which stands beside the one above ========");
        output.line("");
        print_facts(output, version);
        output.line("");
        output.block(text_at(version, "text"));
    }
    if (!versions.empty())
        output.say(
            "Write one text of them, then run `staffroom revise " + text_at(*answer, "document") +
            " FILE --join`."
        );
    return ExitCode::done;
}

} // namespace staffroom::cli
