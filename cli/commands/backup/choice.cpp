#include "cli/commands/backup/choice.hpp"

#include "cli/keys/phrase_file.hpp"
#include "cli/settings/settings_file.hpp"
#include "node/services/backup/backups.hpp"
#include "protocol/base/text.hpp"
#include "storage/files/node_folder.hpp"

#include <set>

namespace staffroom::cli {

namespace {

namespace fs = std::filesystem;

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
    std::error_code error;
    const fs::path sealed = fs::path(target.folder()) / "keys";
    if (!keys && (!fs::is_directory(sealed, error) || fs::is_empty(sealed, error)))
        return Failure{
            "The key of these backups is gone: nothing is in " + sealed.string() + ".",
            "bring that folder back from a copy. Where the machine that made these backups still "
            "runs, its own key opens them without the phrase, and its next `staffroom backup "
            "create` seals the key anew.",
            ExitCode::failed,
            "backup.keys-gone"};
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

std::optional<identity::IdentityChain>
chain_of_ours(ByteView wire, const Opener& opener, crypto::Verifier& verifier) {
    auto chain = identity::IdentityChain::parse(wire, verifier);
    const bool is_ours =
        chain && (opener.root ? chain->is_led_by(*opener.root) : chain->school() == *opener.school);
    return is_ours ? std::optional(std::move(*chain)) : std::nullopt;
}

/// Takes the best chain of all backups here and of the data folder. The attack: a server that was
/// stolen makes the newest backup, and brings the chain along in which its key has not ended.
void learn_chain(const storage::BackupTarget& target, const fs::path& data, Opener& opener) {
    crypto::SodiumVerifier verifier;
    std::set<Bytes> seen;
    const auto learn = [&](const Bytes& wire) {
        if (!seen.insert(wire).second)
            return;
        auto chain = chain_of_ours(wire, opener, verifier);
        if (chain && (!opener.chain || (chain->school() == opener.chain->school() &&
                                        chain->is_better_than(*opener.chain))))
            opener.chain = std::move(*chain);
    };
    if (const auto folder = storage::open_node_folder(data))
        learn(folder->chain);
    const auto ids = target.backups();
    if (!ids)
        return;
    for (const std::string& id : *ids)
        for (const storage::BackupKey& key : opener.keys)
            if (const auto manifest = target.read_backup(key, id, verifier))
                learn(manifest->chain);
}

} // namespace

Failure ended_backup(const std::string& id) {
    return {
        "The backup " + id + " was made by a server whose key the school has ended.",
        "take another one of `staffroom backup list`; where none is left, name this one and say "
        "--yes.",
        ExitCode::refused,
        "backup.ended-key"};
}

Failure damaged_backup(const std::string& id, const std::string& what) {
    return {
        "The backup " + id + " is not whole" + (what.empty() ? "." : ": " + what),
        "take another one of `staffroom backup list`; the next `backup create` writes again what "
        "is missing.",
        ExitCode::attention,
        "backup.damaged"};
}

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
        if (!chain_of_ours(manifest->chain, opener, verifier) || !opener.chain)
            return Failure{
                "The backup " + id + " was not made by a node of this school.",
                "take another one, and find out who may write in that folder.",
                ExitCode::refused,
                "backup.forged"};
        const bool is_ended = !storage::is_signed_in_force(*manifest, *opener.chain);
        return OpenBackup{std::move(*manifest), &key, is_ended};
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

Outcome<Chosen> choose(storage::FileSystem& files, const TypedBackup& typed, const fs::path& data) {
    const auto named = find_backup(typed.which, typed.folder, data);
    if (!named)
        return named.failure();
    auto target = storage::BackupTarget::open_to_read(named->folder.string());
    if (!target)
        return failure_of_target(target.error(), named->folder);
    auto opener = opener_of(files, *target, typed.phrase_file, data);
    if (!opener)
        return opener.failure();
    learn_chain(*target, data, *opener);
    std::string id = named->id;
    if (id.empty()) {
        const auto ids = target->backups();
        if (!ids || ids->empty())
            return failure_of_target({Errc::not_found, {}}, named->folder);
        id = ids->back();
    }
    const bool is_named = !named->id.empty();
    return Chosen{std::move(*target), std::move(*opener), std::move(id), is_named};
}

} // namespace staffroom::cli
