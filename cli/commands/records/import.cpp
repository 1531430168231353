#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/files/attachments.hpp"
#include "cli/files/exported_files.hpp"
#include "cli/files/import_items.hpp"
#include "cli/files/import_tally.hpp"
#include "cli/files/text_file.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/progress.hpp"
#include "cli/records/record_request.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"

#include <set>

namespace staffroom::cli {

namespace {

// One call's bounds: the node takes 64 records and 2 MiB.
constexpr std::size_t batch_records_max = 64;
constexpr std::size_t batch_bytes_max = std::size_t{1536} * 1024;
constexpr std::chrono::seconds batch_patience{120};

constexpr std::size_t asked_from = 10; // fewer documents are no mistake that a question would stop

Outcome<std::string>
read_checked(const SafeFolder& folder, const ImportItem& item, std::string* note) {
    const auto file = folder.file(item.path);
    if (const auto* why = std::get_if<Closed>(&file))
        return Failure{
            "It " + std::string(why_closed(*why)) + ".",
            "copy the file to the folder itself, then run the command again.",
            ExitCode::refused};
    const auto bytes = read_record_bytes(*std::get<SharedFile>(file), item.path);
    if (!bytes)
        return bytes;
    // The manifest's checksum is of the bytes on the disk, in any code page.
    if (item.row && to_hex(crypto::sha256(as_view(*bytes)).view()) != item.row->sha256)
        return Failure{
            "The file is not the one that the manifest describes: its SHA-256 differs.",
            "fetch the file again, or correct the manifest.",
            ExitCode::refused};
    return text_of_bytes(*bytes, item.path, note);
}

/// Adds the facts that the manifest gives in place of an author of this school (domain 2.8).
void describe(const ManifestRow& row, boost::json::object& record) {
    const bool is_finding = row.kind == "enquiry-finding";
    record["kind"] = is_finding ? "enquiry-finding" : "practice-write-up";
    if (!is_finding)
        record["set"] = boost::json::object{{"form", "resource"}};
    boost::json::object imported;
    const auto put = [&](std::string_view key, const std::string& value) {
        if (!value.empty())
            imported[key] = value;
    };
    put("title", row.title);
    put("attribution", attribution_of(row));
    put("licence", row.licence);
    put("language", row.language);
    put("phase", row.phase);
    put("focus", row.focus);
    if (row.kind != "practice-write-up")
        put("source_kind", row.kind);
    record["imported"] = std::move(imported);
}

std::string folder_of_item(const ImportItem& item) {
    const std::size_t slash = item.path.rfind('/');
    return slash == std::string::npos ? std::string() : item.path.substr(0, slash);
}

/// The options that all documents of an import have in common.
struct Import {
    const ImportCommand& command;
    Client& client;
    FileFinder& finder;
    Tally& tally;
    bool replaces_anything;
    bool leaves_linked; // nobody was asked about what goes along
};

/// Makes the JSON text of one record for the node's batch call.
Outcome<std::string> prepare(const ImportItem& item, Import& with) {
    std::string note;
    auto text = read_checked(with.finder.folder(), item, &note);
    if (!text)
        return text;
    if (!note.empty())
        with.tally.note(item.path, note);
    auto found = find_attachments(*text, with.finder, folder_of_item(item));
    if (with.leaves_linked)
        leave_linked(found);
    if (!with.tally.is_dry_run)
        if (const auto sent = send_files(with.client, found.files, nullptr); !sent)
            return sent.failure();
    with.tally.note_files(item.path, found);
    auto attachments = describe(found.files);
    for (auto& file : describe(found.exported))
        attachments.push_back(std::move(file));
    boost::json::object record{
        {"file", std::move(*text)},
        {"path", printable(item.path)},
        {"origin", printable(origin_of(item))},
        {"place", printable((with.finder.folder().place() / item.path).string())},
        {"replace", with.replaces_anything},
        {"imported", boost::json::object()}};
    if (!with.command.network.empty())
        record["network"] = with.command.network;
    if (!with.command.fields.empty())
        record["set"] = fields_json(with.command.fields);
    if (!attachments.empty())
        record["attachments"] = std::move(attachments);
    if (item.row)
        describe(*item.row, record);
    return boost::json::serialize(record);
}

/// The documents that go to the node in one call.
class Batch {
public:
    explicit Batch(bool is_dry_run)
        : is_dry_run_(is_dry_run) {}

    [[nodiscard]] bool is_empty() const { return paths_.empty(); }
    [[nodiscard]] bool has_room(std::size_t bytes) const {
        return is_empty() ||
               (paths_.size() < batch_records_max && body_.size() + bytes <= batch_bytes_max);
    }
    void add(const std::string& path, const std::string& record) {
        body_ += (is_empty() ? "" : ",") + record;
        paths_.push_back(path);
    }

    /// Sends all and counts the node's answer to each. Afterwards the batch is empty.
    Outcome<std::size_t> send(Client& client, Tally& tally) {
        const auto paths = std::exchange(paths_, {});
        const auto answer = client.post(
            "/api/v1/records/batch",
            "{\"dry_run\":" + std::string(is_dry_run_ ? "true" : "false") + ",\"records\":[" +
                std::exchange(body_, {}) + "]}",
            batch_patience
        );
        if (!answer)
            return answer.failure();
        const auto& results = list_at(*answer, "results");
        for (std::size_t i = 0; i < paths.size() && i < results.size(); ++i)
            tally.count(paths[i], results[i]);
        return paths.size();
    }

private:
    bool is_dry_run_;
    std::vector<std::string> paths_;
    std::string body_;
};

/// Sends every document. A failure ends it at once; documents that were sent before stay.
Outcome<ExitCode> send_all(const std::vector<ImportItem>& items, Import& with, Progress& progress) {
    Batch batch(with.tally.is_dry_run);
    const auto send = [&]() -> Outcome<ExitCode> {
        const auto sent = batch.send(with.client, with.tally);
        if (!sent)
            return sent.failure();
        progress.advance(*sent);
        return ExitCode::done;
    };
    for (const auto& item : items) {
        if (with.client.is_interrupted())
            return interrupted();
        const auto record = prepare(item, with);
        if (!record && record.failure().exit == ExitCode::node_not_running)
            return record.failure();
        if (!record) {
            with.tally.refuse(item.path, record.failure());
            progress.advance(1);
            continue;
        }
        if (!batch.has_room(record->size()))
            if (auto sent = send(); !sent)
                return sent;
        batch.add(item.path, *record);
    }
    if (!batch.is_empty())
        return send();
    return ExitCode::done;
}

/// Brings the files of an exported folder, which its records name by their hashes. A file that is
/// not what its name says is listed at the end; the others go on.
Outcome<ExitCode> bring_exported_files(const SafeFolder& folder, Client& client, Tally& tally) {
    if (tally.is_dry_run)
        return ExitCode::done;
    for (const std::string& name : exported_files_in(folder)) {
        if (client.is_interrupted())
            return interrupted();
        const auto file = open_exported_file(folder, name);
        if (!file)
            continue;
        auto sent = send_files(client, {*file}, nullptr);
        if (!sent && sent.failure().exit != ExitCode::refused)
            return sent;
        if (!sent)
            tally.note("files/" + name, sent.failure().sentence);
    }
    return ExitCode::done;
}

/// Asks before many documents, and before any file that goes along with one. The files are looked
/// up first, for the person who is asked.
Outcome<ExitCode> agree(
    const ImportCommand& command,
    const ImportSource& source,
    FileFinder& finder,
    const Options& options,
    Output& output
) {
    if (options.dry_run || !can_ask(options))
        return ExitCode::done;
    std::set<std::string> shown;
    if (!command.files)
        for (const ImportItem& item : source.items)
            if (const auto text = read_checked(finder.folder(), item, nullptr)) {
                const auto found = find_attachments(*text, finder, folder_of_item(item));
                for (const LocalFile& file : found.files)
                    shown.insert(file.shown);
                for (const LocalFile& file : found.exported)
                    shown.insert(file.shown);
            }
    if (shown.empty() && source.items.size() < asked_from)
        return ExitCode::done;
    for (const std::string& path : shown)
        output.say("Goes along: " + path);
    const std::string question = "Publish " + counted(source.items.size(), "document") +
                                 (shown.empty() ? "" : " with " + counted(shown.size(), "file")) +
                                 (command.network.empty() ? "?" : " to " + command.network + "?");
    if (confirm(options, output, question))
        return ExitCode::done;
    return Failure{
        "Nothing has been imported.",
        "see what would happen with --dry-run, or answer with y.",
        ExitCode::interrupted};
}

/// Asks once, at the end, about documents that share nothing with what they would replace.
Outcome<ExitCode>
ask_about_unlike(const ImportSource& source, Import& with, const Options& options, Output& output) {
    std::vector<ImportItem> items;
    for (const ImportItem& item : source.items)
        if (with.tally.unlike.contains(item.path))
            items.push_back(item);
    if (items.empty() || with.tally.is_dry_run || !can_ask(options))
        return ExitCode::done;
    for (const ImportItem& item : items)
        output.say(item.path + " shares no words with the record that it would replace.");
    if (!confirm(options, output, "Replace " + counted(items.size(), "record") + "?"))
        return ExitCode::done;
    with.tally.forget_unlike();
    with.replaces_anything = true;
    Progress progress(output, "document", items.size());
    return send_all(items, with, progress);
}

/// Returns the next step when nothing at all came in.
std::string what_to_do(const Tally& tally) {
    if (tally.unlike.size() == tally.refused)
        return "look at what they would replace; then give each a name of its own, or add --yes.";
    if (tally.only_lacks)
        return "the reason for each stands above; what all of them lack can be given with --set.";
    const std::string step = tally.common_step();
    return step.empty() ? "do for each document what stands above." : step;
}

} // namespace

Outcome<ExitCode> run(const ImportCommand& command, const Options& options, Output& output) {
    auto source = find_documents(command.path, {command.match, command.limit});
    if (!source)
        return source.failure();
    Client client(options.data);
    if (!command.network.empty()) {
        // A wrong name is said once and at once, not once for every document.
        const auto network = client.get("/api/v1/networks/" + path_part(command.network));
        if (!network)
            return network.failure();
    }
    FileFinder finder(source->folder);
    finder.know(source->files);
    if (auto agreed = agree(command, *source, finder, options, output); !agreed)
        return agreed;
    Tally tally;
    tally.is_dry_run = options.dry_run;
    if (auto brought = bring_exported_files(source->folder, client, tally); !brought)
        return brought;
    const bool leaves_linked = !command.files && !options.yes && !may_ask(options);
    Import with{command, client, finder, tally, options.yes, leaves_linked};
    auto sent = [&] {
        Progress progress(output, "document", source->items.size());
        return send_all(source->items, with, progress);
    }();
    if (sent)
        sent = ask_about_unlike(*source, with, options, output);
    tally.take_passed_over(source->passed_over);
    report(tally, output);
    if (const auto why = why_nothing(*source, command.path, {command.match, command.limit});
        !why.empty())
        output.say(why);
    if (!sent)
        return sent;
    if (tally.refused > 0 && tally.accepted() == 0)
        return Failure{
            "None of " + counted(source->items.size(), "document") + " was imported.",
            what_to_do(tally),
            tally.first_refusal};
    return tally.attention.empty() ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
