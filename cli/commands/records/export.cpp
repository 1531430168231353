#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/export_folder.hpp"
#include "cli/files/exported_files.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/progress.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/record_name.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace staffroom::cli {

namespace {

struct Form {
    std::string_view name;
    std::string_view ending;
    std::string_view joined; // one file for all records; empty: one for each
};
constexpr std::array forms{
    Form{"markdown", ".md", ""},
    Form{"jsonld", ".jsonld", ""},
    Form{"bibtex", "", "citations.bib"},
    Form{"ris", "", "citations.ris"},
};

/// Returns the formats asked for, in the order of the table.
Outcome<std::vector<Form>> wanted_forms(const ExportCommand& command) {
    std::vector<Form> wanted;
    for (const std::string& name : command.formats) {
        const auto* known = std::ranges::find(forms, name, &Form::name);
        if (known == forms.end())
            return Failure{
                "There is no format '" + name + "'.",
                "choose among markdown, jsonld, bibtex and ris.",
                ExitCode::usage};
        if (std::ranges::find(wanted, known->name, &Form::name) == wanted.end())
            wanted.push_back(*known);
    }
    if (wanted.empty())
        wanted.push_back(forms.front());
    return wanted;
}

/// Returns the ids to export; one id may be a prefix or a revision, ID@2.
Outcome<std::vector<std::string>> wanted_ids(const ExportCommand& command, Client& client) {
    if (!command.all) {
        const auto id = record_id(client, command.id);
        if (!id)
            return id.failure();
        return std::vector<std::string>{*id};
    }
    std::string query = "/api/v1/records?limit=500";
    if (!command.network.empty())
        query += "&network=" + path_part(command.network);
    if (!command.kind.empty())
        query += "&kind=" + path_part(command.kind);
    std::vector<std::string> ids;
    std::string cursor;
    do {
        const auto answer =
            client.get(query + (cursor.empty() ? "" : "&after=" + path_part(cursor)));
        if (!answer)
            return answer.failure();
        for (const auto& record : list_at(*answer, "records"))
            ids.push_back(text_at(record, "id"));
        const auto next = text_at(*answer, "next");
        cursor = next == cursor ? std::string() : next; // a cursor that stands still ends the list
    } while (!cursor.empty());
    return ids;
}

/// The export so far: the written files, and the matters that a person should look at.
class Export {
public:
    Export(const ExportCommand& command, std::vector<Form> wanted, Client& client, bool is_dry_run)
        : client_(client)
        , wanted_(std::move(wanted))
        , folder_(command.folder, command.force, is_dry_run) {}

    /// Writes one record in every format. A failure of the node ends the command; what a record
    /// itself lacks is noted, and the others go on.
    Outcome<ExitCode> add(const std::string& id) {
        const auto shown = client_.get("/api/v1/records/" + path_part(id));
        if (!shown)
            return shown.failure();
        const std::string stem =
            file_stem(text_at(*shown, "title"), origin_in(*shown), text_at(*shown, "text"));
        for (const Form& form : wanted_) {
            auto text = client_.get_text(
                "/api/v1/records/" + path_part(id) + "/export?format=" + std::string(form.name)
            );
            if (!text && text.failure().exit == ExitCode::node_not_running)
                return text.failure();
            if (!text) {
                note(title_of(*shown) + " (" + id + ")", text.failure().sentence);
                return ExitCode::attention;
            }
            if (!form.joined.empty())
                joined_[std::string(form.joined)] += *text;
            else if (auto ok = write(unique(stem, form.ending), *text); !ok)
                return ok;
        }
        ++records_;
        return write_files(id, *shown);
    }

    /// Writes the attached files that are here, once each: a Markdown file names them by their
    /// hash.
    Outcome<ExitCode> write_files(const std::string& id, const boost::json::value& shown) {
        const bool is_markdown =
            std::ranges::any_of(wanted_, [](const Form& form) { return form.name == "markdown"; });
        if (!is_markdown)
            return ExitCode::done;
        for (const auto& attachment : list_at(shown, "attachments")) {
            const std::string hash = text_at(attachment, "hash");
            if (hash.empty() || !flag_at(attachment, "here") || !files_.insert(hash).second)
                continue;
            const auto content =
                client_.get_text("/api/v1/records/" + path_part(id) + "/files/" + path_part(hash));
            if (!content)
                return content.failure();
            const std::string name = exported_file_name(attachment, *content);
            if (name.empty())
                continue;
            if (auto ok = write(name, *content); !ok)
                return ok;
        }
        return ExitCode::done;
    }

    Outcome<ExitCode> finish() {
        for (const auto& [name, text] : joined_)
            if (auto ok = write(name, text); !ok)
                return ok;
        return attention_.empty() ? ExitCode::done : ExitCode::attention;
    }

    void report(Output& output, bool is_dry_run) const {
        if (output.json()) {
            output.document(boost::json::object{
                {"records", records_},
                {"written", folder_.written()},
                {"unchanged", folder_.unchanged()},
                {"kept", folder_.kept()},
                {"files", boost::json::array(names_.begin(), names_.end())},
                {"dry_run", is_dry_run},
                {"attention", attention_}});
            return;
        }
        if (is_dry_run)
            for (const std::string& name : names_)
                output.line(name);
        output.line(
            counted(records_, "record") + (is_dry_run ? " would be exported: " : " exported: ") +
            counted(folder_.written(), "file") + (is_dry_run ? " to write, " : " written, ") +
            std::to_string(folder_.unchanged()) + " there already, " +
            std::to_string(folder_.kept()) + " left as they were."
        );
        if (attention_.empty())
            return;
        output.line("These need attention:");
        for (const auto& item : attention_)
            output.line("  " + text_at(item, "path") + ": " + text_at(item, "sentence"));
    }

private:
    /// Returns the origin as the node's own export names it, so that a file has one name at every
    /// school.
    static std::string origin_in(const boost::json::value& shown) {
        const std::string origin = text_at(shown, "origin");
        return origin.empty() ? "staffroom:" + text_at(shown, "id") : origin;
    }

    /// Makes a stem unique: two records of one origin and text, say at school and in a network,
    /// have one stem.
    std::string unique(const std::string& stem, std::string_view ending) {
        std::string name = stem + std::string(ending);
        for (int number = 2; names_.contains(name); ++number)
            name = stem + "-" + std::to_string(number) + std::string(ending);
        return name;
    }

    Outcome<ExitCode> write(const std::string& name, const std::string& text) {
        const auto written = folder_.write(name, text);
        if (!written)
            return written.failure();
        names_.insert(name);
        if (*written == Written::kept)
            note(
                name, "It is there with other content and was left as it is; --force replaces it."
            );
        return ExitCode::done;
    }

    void note(const std::string& path, const std::string& sentence) {
        attention_.push_back(boost::json::object{
            {"path", printable(path)}, {"sentence", printable(sentence)}});
    }

    Client& client_;
    std::vector<Form> wanted_;
    ExportFolder folder_;
    std::map<std::string, std::string> joined_;
    std::set<std::string> files_{}; // hashes of the attached files written so far
    std::set<std::string> names_;
    std::uint64_t records_ = 0;
    boost::json::array attention_; // {path, sentence}
};

} // namespace

Outcome<ExitCode> run(const ExportCommand& command, const Options& options, Output& output) {
    auto wanted = wanted_forms(command);
    if (!wanted)
        return wanted.failure();
    Client client(options.data);
    const auto ids = wanted_ids(command, client);
    if (!ids)
        return ids.failure();
    Export work(command, std::move(*wanted), client, options.dry_run);
    Progress progress(output, "record", ids->size());
    for (const std::string& id : *ids) {
        if (client.is_interrupted())
            return interrupted();
        const auto added = work.add(id);
        if (!added)
            return added.failure();
        progress.advance(1);
    }
    auto finished = work.finish();
    work.report(output, options.dry_run);
    return finished;
}

} // namespace staffroom::cli
