// `staffroom backup`: the node makes one; listing, checking and bringing back work on the folder of
// backups alone, so that they do on an empty machine too.
#include "cli/client/client.hpp"
#include "cli/commands/backup/check.hpp"
#include "cli/commands/backup/choice.hpp"
#include "cli/commands/commands.hpp"
#include "cli/options/confirm.hpp"
#include "cli/output/answer.hpp"
#include "cli/output/time_text.hpp"
#include "cli/output/wording.hpp"
#include "cli/settings/folder_owner.hpp"
#include "node/base/clock.hpp"
#include "protocol/base/text.hpp"
#include "storage/backup/backup_reader.hpp"
#include "storage/files/posix_files.hpp"

#include <algorithm>

namespace staffroom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours backup_patience{24}; // a first one, over a slow share

std::optional<Failure> bring(
    storage::FileSystem& files,
    const Chosen& chosen,
    const OpenBackup& backup,
    const fs::path& folder
) {
    const auto done = storage::restore_backup(
        files, chosen.target, *backup.key, backup.manifest, folder.string()
    );
    if (done)
        return std::nullopt;
    const Errc why = done.error().code;
    if (why == Errc::already_exists)
        return Failure{
            done.error().detail,
            "name an empty folder with --to; nothing in this one has been changed.",
            ExitCode::failed,
            "backup.folder-used"};
    if (why == Errc::in_use)
        return Failure{
            done.error().detail,
            "let it finish or stop it, then run the command again.",
            ExitCode::failed,
            "backup.folder-used"};
    if (why == Errc::corrupt || why == Errc::malformed ||
        (why == Errc::not_found && !done.error().detail.empty()))
        return damaged_backup(chosen.id, done.error().detail);
    return failure_from_error(done.error(), "bring the backup back into " + folder.string());
}

Outcome<ExitCode>
create_backup(const BackupCommand& command, const Options& options, Output& output) {
    boost::json::object body;
    std::error_code error;
    if (!command.folder.empty())
        body["folder"] = fs::absolute(command.folder, error).lexically_normal().string();
    if (command.is_begun_anew)
        body["new"] = true;
    Client client(options.data);
    const auto made = client.post("/api/v1/backups", boost::json::serialize(body), backup_patience);
    if (!made)
        return made.failure();
    if (output.json()) {
        output.document(*made);
        return ExitCode::done;
    }
    output.line("Backup    " + text_at(*made, "id"));
    output.line("Folder    " + text_at(*made, "folder"));
    output.line(
        "Files     " + std::to_string(count_at(*made, "files")) + ", " +
        std::to_string(count_at(*made, "bytes")) + " bytes, of which " +
        std::to_string(count_at(*made, "written")) + " were not there yet"
    );
    const auto& unreadable = list_at(*made, "unreadable");
    if (!unreadable.empty())
        output.line(
            "Note      " +
            counted(unreadable.size() + count_at(*made, "unreadable_more"), "backup") +
            " there cannot be opened with this node's key, or a key has signed it that the school "
            "has ended; it counts for none and stays. `staffroom backup list` names it."
        );
    if (const auto stuck = count_at(*made, "not_removed"); stuck > 0)
        output.line(
            "Note      " + counted(stuck, "file") +
            " of old backups there could not be removed; `staffroom log` has the reason."
        );
    output.say("The recovery phrase and this folder bring the school back: `staffroom backup "
               "restore`.");
    return ExitCode::done;
}

/// Tells whether every part is there in its whole length. One that a check has found damaged is
/// not: it was set aside.
bool is_all_there(const storage::BackupTarget& target, const storage::BackupManifest& manifest) {
    return std::ranges::all_of(manifest.files, [&](const storage::BackupFile& file) {
        return std::ranges::all_of(file.parts, [&](const storage::BackupPart& part) {
            return target.has(part);
        });
    });
}

Outcome<ExitCode>
list_backups(const BackupCommand& command, const Options& options, Output& output) {
    storage::PosixFileSystem files;
    const TypedBackup typed{"", command.folder, command.phrase_file};
    const auto chosen = choose(files, typed, options.data);
    if (!chosen)
        return chosen.failure();
    const auto ids = chosen->target.backups();
    if (!ids)
        return failure_from_error(ids.error(), "list the backups");
    std::uint64_t last_good_ms = 0;
    Table table({"ID", "MADE", "FILES", "BYTES", "STATE"});
    for (const std::string& id : *ids) {
        const auto backup = open_backup(chosen->target, chosen->opener, id);
        const std::uint64_t count = backup ? backup->manifest.files.size() : 0;
        const std::uint64_t bytes = backup ? content_bytes(backup->manifest) : 0;
        const bool is_good =
            backup && !backup->is_ended && is_all_there(chosen->target, backup->manifest);
        const std::string state = is_good            ? "readable"
                                  : !backup          ? "unreadable"
                                  : backup->is_ended ? "ended-key"
                                                     : "not-whole";
        const auto named = storage::time_of_backup(id);
        const std::uint64_t made_ms = named ? named->ms : 0;
        if (is_good)
            last_good_ms = std::max(last_good_ms, made_ms);
        if (output.json())
            output.document(boost::json::object{
                {"id", id},
                {"made_ms", made_ms},
                {"files", count},
                {"bytes", bytes},
                {"state", state}});
        table.add({id, time_text(made_ms), std::to_string(count), std::to_string(bytes), state});
    }
    if (!output.json())
        output.table(table);
    const std::uint64_t now_ms = runtime::wall_now().ms;
    const std::uint64_t age_ms = now_ms - std::min(now_ms, last_good_ms);
    output.say(
        last_good_ms == 0 ? std::string("None of them can be brought back.")
                          : "The last good one is " + readable_time(age_ms / 1000) + " old."
    );
    return ExitCode::done;
}

/// The attack: a thief has a server of the school and makes backups with it, and the newest one,
/// with accounts that he can sign in to, is brought back unseen. The misfortune: the one from
/// before the theft is the only one that is left. So a person decides, about one that he has named.
std::optional<Failure>
ask_about_ended(const Chosen& chosen, const Options& options, Output& output) {
    if (!chosen.is_named)
        return ended_backup(chosen.id);
    const std::string risk = ended_backup(chosen.id).sentence +
                             " Whoever has that server may have made it, with records and accounts "
                             "of his own.";
    switch (ask_first(options, output, risk + " Bring it back all the same?")) {
    case Consent::given: return std::nullopt;
    case Consent::refused:
        return Failure{
            "Nothing has been changed.", "run it again when it is meant.", ExitCode::refused};
    case Consent::nobody_to_ask: break;
    }
    return ended_backup(chosen.id);
}

Outcome<ExitCode>
restore_from(const BackupCommand& command, const Options& options, Output& output) {
    if (auto failure = check_folder_owner(command.to, "backup restore"))
        return *failure;
    storage::PosixFileSystem files;
    const TypedBackup typed{command.which, command.folder, command.phrase_file};
    const auto chosen = choose(files, typed, options.data);
    if (!chosen)
        return chosen.failure();
    const auto backup = open_backup(chosen->target, chosen->opener, chosen->id);
    if (!backup)
        return backup.failure();
    if (backup->is_ended)
        if (auto failure = ask_about_ended(*chosen, options, output))
            return *failure;
    std::error_code error;
    const fs::path to = fs::absolute(command.to, error).lexically_normal();
    if (auto failure = bring(files, *chosen, *backup, to))
        return *failure;
    const std::string school = to_base32(chosen->target.school());
    if (output.json()) {
        output.document(boost::json::object{
            {"id", chosen->id},
            {"school", school},
            {"data", to.string()},
            {"files", backup->manifest.files.size()},
            {"bytes", content_bytes(backup->manifest)}});
        return ExitCode::done;
    }
    output.line("School    " + school);
    output.line("Backup    " + chosen->id);
    output.line("Folder    " + to.string());
    output.say("No record is shown before a school of each network has told what was erased since. "
               "If none of them comes back, `staffroom backup settle` ends that.");
    output.say("Never start the old machine again: two nodes with one school's keys are a fault.");
    output.say("Next: start the node with `staffroomd --data " + to.string() + "`.");
    return ExitCode::done;
}

/// Tells whether the node waits for its neighbours to say what was erased since its backup.
Outcome<bool> is_waiting(Client& client) {
    const auto status = client.get("/api/v1/status", std::chrono::seconds(10));
    if (!status)
        return status.failure();
    for (const auto& item : list_at(*status, "attention"))
        if (text_at(item, "code") == "node.catching-up")
            return true;
    return false;
}

Outcome<ExitCode> settle_backup(const Options& options, Output& output) {
    Client client(options.data);
    const auto waits = is_waiting(client);
    if (!waits)
        return waits.failure();
    const char* const risk =
        "No school has told this node what was erased since its backup. Whatever was, stands in it "
        "again and is shown to everybody here, until a school that has the order comes back.";
    if (*waits) {
        switch (ask_first(options, output, std::string(risk) + " Show the records all the same?")) {
        case Consent::given: break;
        case Consent::refused:
            return Failure{
                "Nothing has been changed.", "run it again when it is meant.", ExitCode::refused};
        case Consent::nobody_to_ask:
            return Failure{
                risk,
                "if that is meant, run `staffroom --yes backup settle`.",
                ExitCode::refused,
                "backup.not-meant"};
        }
    }
    const auto settled = client.post("/api/v1/backups/settle", "{}", std::chrono::seconds(20));
    if (!settled)
        return settled.failure();
    if (output.json()) {
        output.document(*settled);
        return ExitCode::done;
    }
    output.line("The records of this node are shown. The trace has it written down.");
    return ExitCode::done;
}

} // namespace

Outcome<ExitCode> run(const BackupCommand& command, const Options& options, Output& output) {
    switch (command.act) {
    case BackupCommand::Act::create: return create_backup(command, options, output);
    case BackupCommand::Act::list: return list_backups(command, options, output);
    case BackupCommand::Act::verify: return verify_backup(command, options, output);
    case BackupCommand::Act::restore: return restore_from(command, options, output);
    case BackupCommand::Act::settle: return settle_backup(options, output);
    }
    return ExitCode::failed;
}

} // namespace staffroom::cli
