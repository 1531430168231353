#include "cli/answer.hpp"
#include "cli/attachments.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/exported_files.hpp"
#include "cli/import_items.hpp"
#include "cli/progress.hpp"
#include "cli/record_request.hpp"
#include "cli/text_file.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/key_derivation.hpp"

namespace staffroom::cli {

namespace {

// One call's bounds: the node takes 64 records and 2 MiB.
constexpr std::size_t batch_records_max = 64;
constexpr std::size_t batch_bytes_max = std::size_t{1536} * 1024;
constexpr std::chrono::seconds batch_patience{120};

constexpr std::size_t import_bytes_max = std::size_t{4} * 1024 * 1024;

constexpr std::size_t asked_from = 10; // fewer documents are no mistake that a question would stop

/// What happened to the documents, and what a person should look at.
struct Tally {
    bool is_dry_run = false;
    std::uint64_t published = 0;
    std::uint64_t revised = 0;
    std::uint64_t skipped = 0;
    std::uint64_t refused = 0;
    ExitCode first_refusal = ExitCode::done;
    boost::json::array attention; // {path, sentence}

    void note(const std::string& path, const std::string& sentence) {
        attention.push_back(boost::json::object{
            {"path", printable(path)}, {"sentence", printable(sentence)}});
    }
    void refuse(const std::string& path, const Failure& failure) {
        ++refused;
        if (first_refusal == ExitCode::done)
            first_refusal = failure.exit;
        note(path, failure.sentence);
    }
    [[nodiscard]] std::uint64_t accepted() const { return published + revised + skipped; }
};

Outcome<std::string> read_checked(const ImportItem& item, std::string& note) {
    auto text = read_text_file(item.file, &note);
    if (!text || !item.row)
        return text;
    // The manifest speaks of the bytes on the disk, in whatever code page they are.
    const auto bytes = note.empty() ? text : read_bytes(item.file, import_bytes_max);
    if (!bytes)
        return bytes;
    if (to_hex(crypto::sha256(as_view(*bytes)).view()) != item.row->sha256)
        return Failure{
            "The file is not the one that the manifest describes: its SHA-256 differs.",
            "fetch the file again, or correct the manifest.",
            ExitCode::refused};
    return text;
}

/// The facts that the manifest gives in place of an author of this school (domain 2.8).
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

/// The JSON text of one record for the node's batch call.
Outcome<std::string>
prepare(const ImportItem& item, const ImportCommand& command, Client* client, Tally& tally) {
    std::string note;
    auto text = read_checked(item, note);
    if (!text)
        return text;
    if (!note.empty())
        tally.note(item.path, note);
    const auto files = find_attachments(*text, item.file, item.root);
    if (!files)
        return files.failure();
    if (client != nullptr) // null: nothing is to be changed
        if (const auto sent = send_files(*client, *files, nullptr); !sent)
            return sent.failure();
    auto attachments = describe(*files);
    boost::json::object record{
        {"file", std::move(*text)},
        {"path", printable(item.path)},
        {"origin", printable(origin_of(item))},
        {"imported", boost::json::object()}};
    if (!command.network.empty())
        record["network"] = command.network;
    if (!command.fields.empty())
        record["set"] = fields_json(command.fields);
    if (!attachments.empty())
        record["attachments"] = std::move(attachments);
    if (item.row)
        describe(*item.row, record);
    return boost::json::serialize(record);
}

/// Documents that go to the node in one call.
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

    /// Sends all and counts what the node says of each. Afterwards the batch is empty.
    Outcome<std::size_t> send(Client& client, Tally& tally) {
        auto paths = std::exchange(paths_, {});
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
            count(paths[i], results[i], tally);
        return paths.size();
    }

private:
    static void count(const std::string& path, const boost::json::value& result, Tally& tally) {
        if (!flag_at(result, "ok")) {
            tally.refuse(path, failure_from_problem(0, field_at(result, "problem")));
            return;
        }
        const auto outcome = text_at(result, "outcome");
        if (outcome == "skipped")
            ++tally.skipped;
        else if (outcome == "revised")
            ++tally.revised;
        else
            ++tally.published;
        for (const auto& note : list_at(result, "notes"))
            if (note.is_string())
                tally.note(path, std::string(note.get_string()));
    }

    bool is_dry_run_;
    std::vector<std::string> paths_;
    std::string body_;
};

/// Sends every document. A failure ends it at once; what was sent before stays.
Outcome<ExitCode> send_all(
    const std::vector<ImportItem>& items,
    const ImportCommand& command,
    Client& client,
    Progress& progress,
    Tally& tally
) {
    Batch batch(tally.is_dry_run);
    const auto send = [&]() -> Outcome<ExitCode> {
        const auto sent = batch.send(client, tally);
        if (!sent)
            return sent.failure();
        progress.advance(*sent);
        return ExitCode::done;
    };
    for (const auto& item : items) {
        if (client.is_interrupted())
            return interrupted();
        const auto record = prepare(item, command, tally.is_dry_run ? nullptr : &client, tally);
        if (!record && record.failure().exit == ExitCode::node_not_running)
            return record.failure();
        if (!record) {
            tally.refuse(item.path, record.failure());
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

/// The files of an exported folder, which its records name by their hashes. One that is not what
/// its name says is listed at the end; the others go on.
Outcome<ExitCode> bring_exported_files(const ImportCommand& command, Client& client, Tally& tally) {
    if (tally.is_dry_run)
        return ExitCode::done;
    for (const LocalFile& file : find_exported_files(command.path)) {
        if (client.is_interrupted())
            return interrupted();
        auto sent = send_files(client, {file}, nullptr);
        if (!sent && sent.failure().exit != ExitCode::refused)
            return sent;
        if (!sent)
            tally.note("files/" + file.name, sent.failure().sentence);
    }
    return ExitCode::done;
}

void report(const Tally& tally, Output& output) {
    if (output.json()) {
        output.document(boost::json::object{
            {"dry_run", tally.is_dry_run},
            {"published", tally.published},
            {"revised", tally.revised},
            {"skipped", tally.skipped},
            {"refused", tally.refused},
            {"attention", tally.attention}});
        return;
    }
    output.line(
        std::string(tally.is_dry_run ? "Nothing has been changed. This would be: " : "") +
        std::to_string(tally.published) + " published, " + std::to_string(tally.revised) +
        " revised, " + std::to_string(tally.skipped) + " here already, " +
        std::to_string(tally.refused) + " refused."
    );
    if (tally.attention.empty())
        return;
    output.line("These need attention:");
    for (const auto& item : tally.attention)
        output.line("  " + text_at(item, "path") + ": " + text_at(item, "sentence"));
}

} // namespace

Outcome<ExitCode> run(const ImportCommand& command, const Options& options, Output& output) {
    const auto items = find_documents(command.path, {command.match, command.limit});
    if (!items)
        return items.failure();
    Client client(options.data);
    if (!command.network.empty()) {
        // A wrong name is said once and at once, not once for every document.
        const auto network = client.get("/api/v1/networks/" + path_part(command.network));
        if (!network)
            return network.failure();
    }
    if (!options.dry_run && items->size() >= asked_from &&
        !confirm(
            options,
            output,
            "Publish " + counted(items->size(), "document") +
                (command.network.empty() ? "?" : " to " + command.network + "?")
        ))
        return Failure{
            "Nothing has been imported.",
            "see what would happen with --dry-run, or answer with y.",
            ExitCode::interrupted};
    Tally tally;
    tally.is_dry_run = options.dry_run;
    if (auto brought = bring_exported_files(command, client, tally); !brought)
        return brought;
    auto sent = [&] {
        Progress progress(output, "document", items->size());
        return send_all(*items, command, client, progress, tally);
    }();
    report(tally, output);
    if (!sent)
        return sent;
    if (tally.refused > 0 && tally.accepted() == 0)
        return Failure{
            "None of " + counted(items->size(), "document") + " was imported.",
            "the reason for each stands above; what all of them lack can be given with --set.",
            tally.first_refusal};
    return tally.attention.empty() ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
