#include "cli/commands/backup/check.hpp"

#include "cli/commands/backup/choice.hpp"
#include "cli/commands/school/verify.hpp"
#include "cli/output/answer.hpp"
#include "protocol/base/limits.hpp"
#include "storage/backup/backup_reader.hpp"
#include "storage/backup/backup_view.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/files/overlay_files.hpp"
#include "storage/files/posix_files.hpp"

namespace staffroom::cli {

namespace {

/// Where the view shows the data folder; no path of this machine.
constexpr const char* view_root = "backup";
constexpr std::size_t keys_bytes_max = 4096;

/// The files keys and identity have to be those of one school, or no node starts from them.
Result<void> check_keys(storage::FileSystem& files) {
    auto keys = storage::read_file(files, storage::keys_path(view_root), keys_bytes_max);
    if (!keys)
        return fail(keys.error());
    auto chain =
        storage::read_file(files, storage::identity_path(view_root), limits::chain_bytes_max);
    if (!chain)
        return fail(chain.error());
    const auto fits = storage::parse_node_folder(view_root, *keys, std::move(*chain));
    sodium_memzero(keys->data(), keys->size());
    return fits ? Result<void>() : fail(fits.error());
}

/// Brings the databases of the backup into the memory of `files`.
Result<void>
fill_databases(storage::FileSystem& files, const Chosen& chosen, const OpenBackup& backup) {
    for (const char* folder : {"", "/store"})
        if (auto made = files.create_directory(view_root + std::string(folder)); !made)
            return made;
    for (const storage::BackupFile& file : backup.manifest.files) {
        if (file.kind != storage::BackupKind::rows)
            continue;
        const std::string path = std::string(view_root) + "/" + file.path;
        if (auto brought = storage::bring_rows(files, chosen.target, *backup.key, file, path);
            !brought)
            return brought;
    }
    return {};
}

Failure failure_of_check(const Error& error, const std::string& id) {
    const bool is_damage = error.code == Errc::corrupt || error.code == Errc::malformed ||
                           error.code == Errc::not_found;
    return is_damage ? damaged_backup(id, error.detail)
                     : failure_from_error(error, "read the backup " + id);
}

Outcome<boost::json::value> audit_backup(const Chosen& chosen, const OpenBackup& backup) {
    // First of all every part: what the audit does not ask for has to come back too.
    if (auto whole = check_parts(chosen.target, *backup.key, backup.manifest); !whole)
        return failure_of_check(whole.error(), chosen.id);
    storage::BackupView view(chosen.target, *backup.key, backup.manifest, view_root);
    if (auto fits = check_keys(view); !fits)
        return failure_of_check(fits.error(), chosen.id);
    storage::OverlayFileSystem files(view);
    if (auto filled = fill_databases(files, chosen, backup); !filled)
        return failure_of_check(filled.error(), chosen.id);
    auto report = audit_folder(files, view_root);
    if (!report)
        return damaged_backup(chosen.id, report.failure().sentence);
    return report;
}

} // namespace

Outcome<ExitCode>
verify_backup(const BackupCommand& command, const Options& options, Output& output) {
    storage::PosixFileSystem files;
    const TypedBackup typed{command.which, command.folder, command.phrase_file};
    const auto chosen = choose(files, typed, options.data);
    if (!chosen)
        return chosen.failure();
    const auto backup = open_backup(chosen->target, chosen->opener, chosen->id);
    if (!backup)
        return backup.failure();
    if (backup->is_ended)
        return ended_backup(chosen->id);
    const auto report = audit_backup(*chosen, *backup);
    if (!report)
        return report.failure();
    const std::uint64_t damaged = count_at(*report, "damaged_count");
    if (output.json()) {
        boost::json::object document = report->as_object();
        document["id"] = chosen->id;
        output.document(document);
    } else {
        output.line(
            "Backup " + chosen->id +
            " was opened and checked: " + counted(count_at(*report, "logs"), "log") + ", " +
            std::to_string(count_at(*report, "entries")) + " entries, " +
            std::to_string(count_at(*report, "bodies")) + " bodies and " +
            counted(count_at(*report, "files"), "attached file") + ": " +
            (damaged == 0 ? std::string("all is whole.") : counted(damaged, "place") + " damaged.")
        );
    }
    return damaged == 0 ? ExitCode::done : ExitCode::attention;
}

} // namespace staffroom::cli
