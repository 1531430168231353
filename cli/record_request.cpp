#include "cli/record_request.hpp"

#include "cli/answer.hpp"
#include "cli/attachments.hpp"
#include "cli/dry_run.hpp"

namespace staffroom::cli {

boost::json::object fields_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
    boost::json::object fields;
    for (const auto& [field, value] : pairs) {
        if (!fields.contains(field))
            fields[field] = boost::json::array();
        fields[field].get_array().emplace_back(value);
    }
    return fields;
}

Outcome<boost::json::object> bring_record(
    Client& client,
    const PublishCommand& command,
    std::string text,
    const Options& options,
    Output& output
) {
    const auto files =
        find_attachments(text, command.file, std::filesystem::absolute(command.file).parent_path());
    if (!files)
        return files.failure();
    if (!options.dry_run)
        if (const auto sent = send_files(client, *files, &output); !sent)
            return sent.failure();
    auto attachments = describe(*files);
    boost::json::object record{
        {"file", std::move(text)}, {"path", printable(command.file.filename().string())}};
    ask_dry_run(record, options);
    const auto put = [&](std::string_view key, const std::string& value) {
        if (!value.empty())
            record[key] = value;
    };
    put("network", command.network);
    put("kind", command.kind);
    put("reach", command.reach);
    if (!attachments.empty())
        record["attachments"] = std::move(attachments);
    if (!command.authors.empty())
        record["authors"] = boost::json::array(command.authors.begin(), command.authors.end());
    if (!command.about.empty()) {
        boost::json::array about;
        for (const auto& [id, relation] : command.about)
            about.push_back(boost::json::object{{"id", id}, {"relation", relation}});
        record["about"] = std::move(about);
    }
    if (!command.fields.empty())
        record["set"] = fields_json(command.fields);
    return record;
}

Outcome<boost::json::array> seen_heads(Client& client, const std::string& id) {
    if (id.find('@') != std::string::npos)
        return boost::json::array();
    const auto record = client.get("/api/v1/records/" + path_part(id));
    if (!record)
        return record.failure();
    return list_at(*record, "head_revisions");
}

void print_written(
    const boost::json::value& answer,
    const Options& options,
    Output& output,
    const std::string& what
) {
    if (options.dry_run) {
        (void)report_dry_run(output, answer, what + " \"" + text_at(answer, "title") + "\"");
        return;
    }
    if (output.json())
        return output.document(answer);
    output.line(text_at(answer, "id"));
    const auto outcome = text_at(answer, "outcome");
    if (outcome == "skipped")
        output.say("Nothing has changed; it is there already.");
    for (const auto& note : list_at(answer, "notes"))
        if (note.is_string())
            output.say("Note: " + std::string(note.get_string()));
}

} // namespace staffroom::cli
