#include "cli/records/record_request.hpp"

#include "cli/files/import_items.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/wording.hpp"
#include "cli/records/dry_run.hpp"
#include "cli/records/record_name.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

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

namespace {

/// The folder that a text's files may come from, and the place of the text in it.
struct TextPlace {
    FileFinder finder;
    std::string folder;
};

Outcome<TextPlace> place_of(const PublishCommand& command) {
    std::error_code error;
    auto file = std::filesystem::weakly_canonical(command.file, error);
    if (error) // a pipe, say
        file = std::filesystem::absolute(command.file);
    const auto own = file.parent_path();
    auto folder = SafeFolder::open(command.below.empty() ? own : command.below);
    if (!folder)
        return folder.failure();
    const auto relative = own.lexically_relative(folder->place());
    if (relative.empty() || *relative.begin() == "..")
        return Failure{
            command.file.string() + " does not stand below " + command.below.string() + ".",
            "name a folder above the text with --below.",
            ExitCode::usage};
    TextPlace place{FileFinder(std::move(*folder)), relative == "." ? "" : relative.string()};
    if (!command.below.empty())
        place.finder.know(files_below(place.finder.folder()));
    return place;
}

/// Drops names that the former revision brings: an edit need not have its files beside it.
void drop_held(std::vector<Unfound>& left_out, const boost::json::array& held) {
    std::erase_if(left_out, [&](const Unfound& unfound) {
        return unfound.is_missing && std::ranges::any_of(held, [&](const auto& file) {
                   return text_at(file, "name") == unfound.name && !text_at(file, "hash").empty();
               });
    });
}

/// Keeps a file that the former revision has as it is: it has been agreed to.
void keep_sent_before(std::vector<LocalFile>& files, const boost::json::array& held) {
    for (LocalFile& file : files)
        file.is_shown = file.is_shown || std::ranges::any_of(held, [&](const auto& each) {
                            return text_at(each, "hash") == to_base32(file.hash);
                        });
}

/// Asks about a file that others are promised and cannot get, and refuses it where nobody answers.
Outcome<ExitCode>
agree_to_go_without(const std::vector<Unfound>& left_out, const Options& options, Output& output) {
    if (left_out.empty())
        return ExitCode::done;
    std::string sentences;
    for (const Unfound& unfound : left_out)
        sentences += (sentences.empty() ? "" : " ") + unfound.sentence;
    if (options.yes) {
        output.say("Left out: " + sentences);
        return ExitCode::done;
    }
    if (can_ask(options)) {
        output.say(sentences);
        if (confirm(options, output, "Go on without " + counted(left_out.size(), "file") + "?"))
            return ExitCode::done;
    }
    const bool is_outside = sentences.find(why_closed(Closed::outside)) != std::string::npos;
    return Failure{
        sentences,
        is_outside
            ? "name a folder that it may come from with --below DIR; or go on without it with "
              "--yes."
            : "correct the name in the text or put the file there; or go on without it with --yes.",
        ExitCode::refused,
        "file.missing"};
}

Outcome<ExitCode> agree_to_send(
    const PublishCommand& command, const TextFiles& found, const Options& options, Output& output
) {
    const std::size_t count = found.files.size() + found.exported.size();
    if (count == 0)
        return ExitCode::done;
    if (!output.json()) {
        const bool is_both = !found.files.empty() && !found.exported.empty();
        output.say(
            "Goes along: " + listed(found.files) + (is_both ? ", " : "") + listed(found.exported) +
            "."
        );
    }
    if (command.files || options.dry_run ||
        confirm(options, output, "Send " + counted(count, "file") + " along?"))
        return ExitCode::done;
    return Failure{
        "Nothing has been published.",
        "take what is not to go along out of the text, or answer with y.",
        ExitCode::interrupted};
}

} // namespace

Outcome<TextFiles> bring_files(
    Client& client,
    const PublishCommand& command,
    std::string_view text,
    const boost::json::array& held,
    const Options& options,
    Output& output
) {
    auto place = place_of(command);
    if (!place && !command.below.empty())
        return place.failure();
    TextFiles found;
    if (place)
        found = find_attachments(text, place->finder, place->folder);
    else if (names_files(text)) // it stands in a data folder, or nowhere: the text may go alone
        return place.failure();
    if (place)
        for (const std::string& page : linked_pages(text, place->finder, place->folder))
            output.say(
                "Not sent: " + page +
                " is linked and is a document of its own or of no type that "
                "goes along; publish it for itself, or save it as a PDF and link that."
            );
    drop_held(found.left_out, held);
    if (auto agreed = agree_to_go_without(found.left_out, options, output); !agreed)
        return agreed.failure();
    found.left_out.clear();
    if (!command.files && !options.yes && !may_ask(options)) {
        keep_sent_before(found.files, held);
        leave_linked(found);
    }
    for (const Unfound& linked : found.left_out)
        output.say("Not sent: " + linked.sentence);
    if (auto agreed = agree_to_send(command, found, options, output); !agreed)
        return agreed.failure();
    for (const auto* files : {&found.files, &found.exported})
        if (!options.dry_run)
            if (const auto sent = send_files(client, *files, &output); !sent)
                return sent.failure();
    return found;
}

Outcome<BroughtRecord> bring_record(
    Client& client,
    const PublishCommand& command,
    std::string text,
    const boost::json::array& held,
    const Options& options,
    Output& output
) {
    const auto files = bring_files(client, command, text, held, options, output);
    if (!files)
        return files.failure();
    auto attachments = describe(files->files);
    for (auto& file : describe(files->exported))
        attachments.push_back(std::move(file));
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
    if (!command.links.empty())
        record["links"] = boost::json::array(command.links.begin(), command.links.end());
    if (command.pass_on)
        record["pass_on"] = *command.pass_on;
    put("confirm_pupil_details", command.confirm_pupil_details);
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
    return BroughtRecord{std::move(record), files->left_out.empty()};
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

/// Returns whom a record reaches, by what the node says: "3 schools of Rivers and 9 schools of
/// Downs".
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

/// Returns the other networks that read it, and how far it goes from there: ", and the schools of
/// Rivers City, not passed on". Empty where none does.
std::string whom_it_crosses_to(const boost::json::value& answer) {
    std::string names;
    for (const auto& link : list_at(answer, "links"))
        names += (names.empty() ? "the schools of " : " and of ") + text_at(link, "name");
    if (names.empty())
        return "";
    const auto further = count_at(answer, "pass_on");
    return ", and " + names +
           (further == 0 ? ", not passed on"
                         : ", passed on to at most " + counted(further, "network") + " more");
}

/// Returns what was done, in a teacher's words.
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
                                                : whom_it_reaches(client, text_at(answer, "id")) +
                                                      whom_it_crosses_to(answer);
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
        const std::string whom = whom_it_crosses_to(answer);
        (void)report_dry_run(
            output,
            answer,
            what + " \"" + text_at(answer, "title") + "\"" +
                (whom.empty() ? "" : " to its own network" + whom)
        );
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
