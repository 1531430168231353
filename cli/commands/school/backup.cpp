// `staffroom backup`: the node makes one; listing, checking and bringing back work on the folder of
// backups alone, so that they do on an empty machine too.
#include "cli/client/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/school/verify.hpp"
#include "cli/keys/phrase_file.hpp"
#include "cli/output/answer.hpp"
#include "cli/settings/folder_owner.hpp"
#include "cli/settings/settings_file.hpp"
#include "node/services/backup/backups.hpp"
#include "protocol/base/text.hpp"
#include "storage/backup/backup_reader.hpp"
#include "storage/files/posix_files.hpp"

#include <cstdlib>

namespace staffroom::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours backup_patience{24}; // a first one, over a slow share

/// Where one backup is, as it was typed.
struct NamedBackup {
    fs::path folder;
    std::string id; // empty: the newest
};

fs::path folder_in_settings(const fs::path& data) {
    const auto read = read_settings_of(data);
    const auto* loaded = read ? std::get_if<node::LoadedConfig>(&*read) : nullptr;
    return loaded == nullptr ? fs::path() : fs::path(loaded->values.backup_folder);
}

/// Understands a folder of backups, a file in one, or a backup's name with the folder beside it.
Outcome<NamedBackup>
find_backup(const std::string& which, const fs::path& typed_folder, const fs::path& data) {
    std::error_code error;
    if (which.find('/') != std::string::npos) {
        const fs::path path = fs::absolute(which, error).lexically_normal();
        if (path.parent_path().filename() == "backups" && fs::is_regular_file(path, error))
            return NamedBackup{path.parent_path().parent_path(), path.filename().string()};
        return NamedBackup{path, ""};
    }
    const fs::path folder = typed_folder.empty() ? folder_in_settings(data) : typed_folder;
    if (folder.empty())
        return Failure{
            "In which folder are the backups? Neither -o nor backup.folder names one.",
            "name it with -o DIR.",
            ExitCode::usage};
    return NamedBackup{fs::absolute(folder, error), which};
}

Failure failure_of_target(const Error& error, const fs::path& folder) {
    if (error.code == Errc::not_found || error.code == Errc::malformed)
        return {
            folder.string() + " holds no backups.",
            "see that it is mounted, and name the folder that `staffroom backup create -o` named.",
            ExitCode::failed,
            "backup.none"};
    if (error.code == Errc::unknown_version)
        return {
            "The backups in " + folder.string() + " were made by a newer version of Staffroom.",
            "install that version, or a newer one.",
            ExitCode::failed,
            "version.newer"};
    return failure_from_error(error, "read the backups in " + folder.string());
}

/// What opens backups, and who may have signed them.
struct Opener {
    std::vector<storage::BackupKey> keys;
    std::optional<SigningPublicKey> root; // of the phrase
    std::optional<SchoolId> school;       // of the data folder
};

Outcome<Opener> opener_of(
    storage::FileSystem& files,
    const storage::BackupTarget& target,
    const fs::path& phrase_file,
    const fs::path& data
) {
    Opener opener;
    if (phrase_file.empty()) {
        const auto folder = storage::open_node_folder(data);
        auto key = services::read_backup_key(files, data);
        if (!folder || !key)
            return Failure{
                "The key of these backups is not on this machine.",
                "give the recovery phrase with --phrase-file FILE; - asks for it.",
                ExitCode::failed,
                "backup.no-key"};
        if (folder->school != target.school())
            return Failure{
                "These are the backups of another school.",
                "give that school's recovery phrase with --phrase-file FILE.",
                ExitCode::failed,
                "backup.other-school"};
        opener.school = folder->school;
        opener.keys.push_back(std::move(*key));
        return opener;
    }
    const auto phrase = read_phrase(phrase_file);
    if (!phrase)
        return phrase.failure();
    auto keys = target.open_keys(phrase->first);
    if (!keys)
        return Failure{
            "This phrase opens none of these backups: they are another school's, or were made "
            "after the phrase was replaced.",
            "type the phrase of " + to_base32(target.school()) + ", the school of these backups.",
            ExitCode::failed,
            "backup.other-phrase"};
    opener.root = phrase->first.public_key();
    opener.keys = std::move(*keys);
    return opener;
}

struct OpenBackup {
    storage::BackupManifest manifest;
    const storage::BackupKey* key;
};

Failure damaged_backup(const std::string& id, const std::string& what) {
    return {
        "The backup " + id + " is not whole" + (what.empty() ? "." : ": " + what),
        "take another one of `staffroom backup list`; the next `backup create` writes again what "
        "is missing.",
        ExitCode::attention,
        "backup.damaged"};
}

/// Opens one and sees that this school's node has signed it: whoever may write where backups lie
/// can put one of his own there.
Outcome<OpenBackup>
open_backup(const storage::BackupTarget& target, const Opener& opener, const std::string& id) {
    crypto::SodiumVerifier verifier;
    Error last{Errc::not_found, {}};
    for (const storage::BackupKey& key : opener.keys) {
        auto manifest = target.read_backup(key, id, verifier);
        if (!manifest) {
            last = manifest.error();
            continue;
        }
        const auto chain = identity::IdentityChain::parse(manifest->chain, verifier);
        const bool is_ours = chain && (opener.root ? chain->is_led_by(*opener.root)
                                                   : chain->school() == *opener.school);
        if (!is_ours)
            return Failure{
                "The backup " + id + " was not made by a node of this school.",
                "take another one, and find out who may write in that folder.",
                ExitCode::refused,
                "backup.forged"};
        return OpenBackup{std::move(*manifest), &key};
    }
    if (last.code == Errc::not_found)
        return Failure{
            "There is no backup " + id + ".",
            "see `staffroom backup list`.",
            ExitCode::failed,
            "backup.none"};
    if (last.code == Errc::unknown_version)
        return failure_of_target(last, id);
    return damaged_backup(id, "what stands in it cannot be opened.");
}

/// A folder of backups, what opens it, and one backup in it.
struct Chosen {
    storage::BackupTarget target;
    Opener opener;
    std::string id;
};

Outcome<Chosen> choose(
    storage::FileSystem& files,
    const std::string& which,
    const fs::path& folder,
    const fs::path& phrase_file,
    const fs::path& data
) {
    const auto named = find_backup(which, folder, data);
    if (!named)
        return named.failure();
    auto target = storage::BackupTarget::open_to_read(files, named->folder.string());
    if (!target)
        return failure_of_target(target.error(), named->folder);
    auto opener = opener_of(files, *target, phrase_file, data);
    if (!opener)
        return opener.failure();
    std::string id = named->id;
    if (id.empty()) {
        const auto ids = target->backups();
        if (!ids || ids->empty())
            return failure_of_target({Errc::not_found, {}}, named->folder);
        id = ids->back();
    }
    return Chosen{std::move(*target), std::move(*opener), std::move(id)};
}

/// A folder for a moment, taken away with all that is in it.
class Scratch {
public:
    Scratch() {
        std::error_code error;
        std::string form = (fs::temp_directory_path(error) / "staffroom-verify-XXXXXX").string();
        if (!error && ::mkdtemp(form.data()) != nullptr)
            path_ = form;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    Scratch(Scratch&&) = delete;
    Scratch& operator=(Scratch&&) = delete;
    ~Scratch() {
        std::error_code error;
        if (!path_.empty())
            fs::remove_all(path_, error);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

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
            "name an empty folder with --to.",
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
    output.say("The recovery phrase and this folder bring the school back: `staffroom backup "
               "restore`.");
    return ExitCode::done;
}

Outcome<ExitCode>
list_backups(const BackupCommand& command, const Options& options, Output& output) {
    storage::PosixFileSystem files;
    const auto chosen = choose(files, "", command.folder, command.phrase_file, options.data);
    if (!chosen)
        return chosen.failure();
    const auto ids = chosen->target.backups();
    if (!ids)
        return failure_from_error(ids.error(), "list the backups");
    Table table({"ID", "FILES", "BYTES", "STATE"});
    for (const std::string& id : *ids) {
        const auto backup = open_backup(chosen->target, chosen->opener, id);
        const std::uint64_t count = backup ? backup->manifest.files.size() : 0;
        const std::uint64_t bytes = backup ? content_bytes(backup->manifest) : 0;
        const std::string state = backup ? "readable" : "unreadable";
        if (output.json())
            output.document(boost::json::object{
                {"id", id}, {"files", count}, {"bytes", bytes}, {"state", state}});
        table.add({id, std::to_string(count), std::to_string(bytes), state});
    }
    if (!output.json())
        output.table(table);
    return ExitCode::done;
}

Outcome<ExitCode>
verify_backup(const BackupCommand& command, const Options& options, Output& output) {
    storage::PosixFileSystem files;
    const auto chosen =
        choose(files, command.which, command.folder, command.phrase_file, options.data);
    if (!chosen)
        return chosen.failure();
    const auto backup = open_backup(chosen->target, chosen->opener, chosen->id);
    if (!backup)
        return backup.failure();
    const Scratch scratch;
    if (scratch.path().empty())
        return Failure{
            "No folder can be made to bring the backup back into.",
            "name one that can be written in with TMPDIR=DIR.",
            ExitCode::failed};
    const fs::path folder = scratch.path() / "data";
    if (auto failure = bring(files, *chosen, *backup, folder))
        return *failure;
    const auto report = verify_folder(folder);
    if (!report)
        return damaged_backup(chosen->id, report.failure().sentence);
    const std::uint64_t damaged = count_at(*report, "damaged_count");
    if (output.json()) {
        boost::json::object document = report->as_object();
        document["id"] = chosen->id;
        output.document(document);
    } else {
        output.line(
            "Backup " + chosen->id +
            " was brought back and checked: " + counted(count_at(*report, "logs"), "log") + ", " +
            std::to_string(count_at(*report, "entries")) + " entries, " +
            std::to_string(count_at(*report, "bodies")) + " bodies and " +
            counted(count_at(*report, "files"), "attached file") + ": " +
            (damaged == 0 ? std::string("all is whole.") : counted(damaged, "place") + " damaged.")
        );
    }
    return damaged == 0 ? ExitCode::done : ExitCode::attention;
}

Outcome<ExitCode>
restore_from(const BackupCommand& command, const Options& options, Output& output) {
    if (auto failure = check_folder_owner(command.to, "backup restore"))
        return *failure;
    storage::PosixFileSystem files;
    const auto chosen =
        choose(files, command.which, command.folder, command.phrase_file, options.data);
    if (!chosen)
        return chosen.failure();
    const auto backup = open_backup(chosen->target, chosen->opener, chosen->id);
    if (!backup)
        return backup.failure();
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
    output.say("No record is shown before a school of each network has told what was erased since."
    );
    output.say("Never start the old machine again: two nodes with one school's keys are a fault.");
    output.say("Next: start the node with `staffroomd --data " + to.string() + "`.");
    return ExitCode::done;
}

} // namespace

Outcome<ExitCode> run(const BackupCommand& command, const Options& options, Output& output) {
    switch (command.act) {
    case BackupCommand::Act::create: return create_backup(command, options, output);
    case BackupCommand::Act::list: return list_backups(command, options, output);
    case BackupCommand::Act::verify: return verify_backup(command, options, output);
    case BackupCommand::Act::restore: return restore_from(command, options, output);
    }
    return ExitCode::failed;
}

} // namespace staffroom::cli
