#include "cli/answer.hpp"
#include "cli/attachments.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/text_file.hpp"

namespace staffroom::cli {

namespace {

boost::json::object
record_of(const PublishCommand& command, std::string text, const std::vector<LocalFile>& files) {
    auto attachments = describe(files);
    boost::json::object record{
        {"file", std::move(text)}, {"path", printable(command.file.filename().string())}};
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
    if (!command.fields.empty()) {
        boost::json::object fields;
        for (const auto& [field, value] : command.fields)
            fields[field] = value;
        record["set"] = std::move(fields);
    }
    return record;
}

} // namespace

Outcome<ExitCode> run(const PublishCommand& command, const Options& options, Output& output) {
    auto text = read_text_file(command.file);
    if (!text)
        return text.failure();
    const auto files = find_attachments(
        *text, command.file, std::filesystem::absolute(command.file).parent_path()
    );
    if (!files)
        return files.failure();
    Client client(options.data);
    // The files first: whoever reads the record can ask for them at once.
    if (auto sent = send_files(client, *files, &output); !sent)
        return sent;
    const auto answer = client.post(
        "/api/v1/records", boost::json::serialize(record_of(command, std::move(*text), *files))
    );
    if (!answer)
        return answer.failure();
    if (output.json())
        output.document(*answer);
    else
        output.line(text_at(*answer, "id"));
    for (const auto& note : list_at(*answer, "notes"))
        if (note.is_string() && !output.json())
            output.say("Note: " + std::string(note.get_string()));
    return ExitCode::done;
}

} // namespace staffroom::cli
