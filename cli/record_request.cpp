#include "cli/record_request.hpp"

#include "cli/answer.hpp"
#include "cli/attachments.hpp"
#include "cli/dry_run.hpp"
#include "cli/record_name.hpp"
#include "cli/wording.hpp"

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
        for (const auto& [typed, relation] : command.about) {
            const auto id = record_id(client, typed);
            if (!id)
                return id.failure();
            about.push_back(boost::json::object{{"id", *id}, {"relation", relation}});
        }
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

namespace {

/// "3 schools of Rivers and 9 schools of Downs": where a record stands, by what the node says.
std::string whom_it_reaches(Client& client, const std::string& id) {
    const auto record = client.get("/api/v1/records/" + path_part(id));
    const auto networks = client.get("/api/v1/networks");
    if (!record || !networks)
        return "the network";
    std::string out;
    for (const auto& space : list_at(*record, "network"))
        for (const auto& network : list_at(*networks, "networks"))
            if (space.is_string() && text_at(network, "id") == space.get_string().c_str())
                out += (out.empty() ? "" : " and ") + readers_of(network);
    return out.empty() ? "the network" : out;
}

/// What was done, in a teacher's words.
std::string deed_of(Client& client, const boost::json::value& answer) {
    const auto outcome = text_at(answer, "outcome");
    const auto reach = text_at(answer, "reach");
    const std::string title = "\"" + text_at(answer, "title") + "\"";
    if (outcome == "skipped")
        return "Nothing has changed; " + title + " is there already.";
    if (outcome == "retracted")
        return "Taken back: " + title + ".";
    if (outcome == "restored")
        return "Its text is shown again: " + title + ".";
    const std::string what = outcome == "revised" ? "The newer text is " : "";
    if (reach == "draft")
        return (what.empty() ? "Kept" : what + "kept") + " as a draft in this school: " + title +
               ".";
    const std::string where = reach == "school" ? std::string("this school only")
                                                : whom_it_reaches(client, text_at(answer, "id"));
    return (what.empty() ? "Published" : what + "published") +
           (reach == "school" ? " for " : " to ") + where + ": " + title + ".";
}

} // namespace

void print_written(
    Client& client,
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
    output.say(deed_of(client, answer));
    for (const auto& note : list_at(answer, "notes"))
        if (note.is_string())
            output.say("Note: " + std::string(note.get_string()));
    output.line(text_at(answer, "id"));
}

} // namespace staffroom::cli
