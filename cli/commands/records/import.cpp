#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/records/import_calls.hpp"
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

#include <algorithm>
#include <set>

namespace staffroom::cli {

namespace {

/// So many documents are read before the node is asked which of them it has.
constexpr std::size_t window_documents_max = 512;
constexpr std::size_t window_bytes_max = std::size_t{4} << 20U;

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

/// The facts that the manifest gives in place of an author of this school (domain 2.8).
void describe(const ManifestRow& row, services::RecordRequest& request) {
    const bool is_finding = row.kind == "enquiry-finding";
    request.kind = is_finding ? "enquiry-finding" : "practice-write-up";
    if (!is_finding)
        request.set = {{"form", "resource"}};
    request.imported = services::ImportFacts{
        attribution_of(row),
        row.licence,
        row.language,
        row.phase,
        row.focus,
        row.title,
        {},
        row.kind == "practice-write-up" ? std::string() : row.kind};
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

/// One document, read and not looked into yet.
struct ReadItem {
    const ImportItem* item;
    services::RecordRequest request;
};

Outcome<ReadItem> read_item(const ImportItem& item, Import& with) {
    std::string note;
    auto text = read_checked(with.finder.folder(), item, &note);
    if (!text)
        return text.failure();
    if (!note.empty())
        with.tally.note(item.path, note);
    ReadItem read{&item, {}};
    services::RecordRequest& request = read.request;
    request.file = std::move(*text);
    request.path = printable(item.path);
    request.origin = printable(origin_of(item));
    request.place = printable((with.finder.folder().place() / item.path).string());
    request.replace = with.replaces_anything;
    request.network = with.command.network;
    request.links = with.command.links;
    request.set = with.command.fields;
    request.confirm_pupil_details = with.command.confirm_pupil_details;
    request.imported.emplace();
    if (item.row)
        describe(*item.row, request);
    return read;
}

/// The JSON text of its record for the node's batch call, its files sent before.
Outcome<std::string> complete(const ReadItem& read, Import& with) {
    const std::string& path = read.item->path;
    auto found = find_attachments(read.request.file, with.finder, folder_of_item(*read.item));
    if (with.leaves_linked)
        leave_linked(found);
    if (!with.tally.is_dry_run)
        if (const auto sent = send_files(with.client, found.files, nullptr); !sent)
            return sent.failure();
    with.tally.note_files(path, found);
    auto attachments = describe(found.files);
    for (auto& file : describe(found.exported))
        attachments.push_back(std::move(file));
    auto record = record_json(read.request);
    if (!attachments.empty())
        record["attachments"] = std::move(attachments);
    return boost::json::serialize(record);
}

/// Sends documents, window after window: while the node looks which of one it has, the next is
/// read.
class Sending {
public:
    Sending(Import& with, Progress& progress)
        : with_(with)
        , progress_(progress)
        , deliveries_(with.client, with.tally, progress) {}

    /// A failure ends it at once; what was sent before stays.
    Outcome<ExitCode> send_all(const std::vector<ImportItem>& items) {
        for (const ImportItem& item : items) {
            if (with_.client.is_interrupted())
                return interrupted();
            auto read = read_item(item, with_);
            if (!read) {
                refuse(item, read.failure());
                continue;
            }
            bytes_ += read->request.file.size();
            window_.push_back(std::move(*read));
            if (window_.size() == window_documents_max || bytes_ > window_bytes_max)
                if (auto done = end_window(); !done)
                    return done;
        }
        if (auto done = end_window(); !done)
            return done;
        if (auto done = settle(); !done)
            return done;
        return deliveries_.finish();
    }

private:
    void refuse(const ImportItem& item, const Failure& failure) {
        with_.tally.refuse(item.path, failure);
        progress_.advance(1);
    }

    /// The window's documents are asked about, then those of the one before are sent.
    Outcome<ExitCode> end_window() {
        bytes_ = 0;
        std::vector<ReadItem> window = std::exchange(window_, {});
        Client::PendingCall call;
        if (!window.empty() && (finds_written_ || deliveries_.finds_old_ones())) {
            std::vector<const services::RecordRequest*> requests;
            for (const ReadItem& read : window)
                requests.push_back(&read.request);
            auto begun = begin_asking(with_.client, with_.command.network, requests);
            if (!begun)
                return begun.failure();
            call = std::move(*begun);
        }
        if (auto done = settle(); !done)
            return done;
        asked_ = std::move(window);
        call_ = std::move(call);
        return ExitCode::done;
    }

    /// Sends what the node does not have of the window that was asked about.
    Outcome<ExitCode> settle() {
        const std::vector<ReadItem> asked = std::exchange(asked_, {});
        std::vector<bool> written(asked.size());
        if (const auto call = std::exchange(call_, nullptr)) {
            auto told = finish_asking(with_.client, call, asked.size());
            if (!told)
                return told.failure();
            written = std::move(*told);
            finds_written_ = std::ranges::find(written, true) != written.end();
        }
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (written[i]) {
                ++with_.tally.skipped;
                progress_.advance(1);
            } else if (auto sent = deliver(asked[i]); !sent) {
                return sent;
            }
        }
        return ExitCode::done;
    }

    Outcome<ExitCode> deliver(const ReadItem& read) {
        if (with_.client.is_interrupted())
            return interrupted();
        const auto record = complete(read, with_);
        if (record)
            return deliveries_.add(read.item->path, *record);
        if (record.failure().exit == ExitCode::node_not_running)
            return record.failure();
        refuse(*read.item, record.failure());
        return ExitCode::done;
    }

    Import& with_;
    Progress& progress_;
    Deliveries deliveries_;
    std::vector<ReadItem> window_{};
    std::size_t bytes_ = 0; // of the window
    std::vector<ReadItem> asked_{};
    Client::PendingCall call_{};
    bool finds_written_ = true; // a first import need not ask about each
};

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
    return Sending(with, progress).send_all(items);
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
    for (const std::string& link : command.links)
        if (const auto known = client.get("/api/v1/links/" + path_part(link)); !known)
            return known.failure();
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
        return Sending(with, progress).send_all(source->items);
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
