#include "storage/backup/backup_target.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/crypto/sealed.hpp"
#include "storage/files/posix_files.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>

namespace staffroom::storage {
namespace {

constexpr std::string_view marker_name = "staffroom-backup";
constexpr std::string_view marker_words = "Backups of a Staffroom node, format 1, of the school\n";
constexpr std::string_view any_format = "Backups of a Staffroom node, format ";
constexpr std::size_t marker_bytes_max = 4096;
constexpr std::size_t sealed_key_bytes_max = 4096;
constexpr std::size_t part_folder_letters = 2;
constexpr const char* id_form = "%Y%m%dT%H%M%SZ";
constexpr std::size_t id_letters = 16;
constexpr std::string_view aside_suffix = ".damaged";

crypto::Secret32 derived(const crypto::Secret32& secret, std::uint64_t number) {
    static_assert(crypto_kdf_KEYBYTES == crypto::Secret32::size_bytes);
    crypto::Secret32 out;
    const int outcome = crypto_kdf_derive_from_key(
        out.writable().data(), out.size_bytes, number, "srbackup", secret.view().data()
    );
    ensure(outcome == 0);
    return out;
}

Result<SchoolId> read_marker(FileSystem& files) {
    auto bytes = read_file(files, std::string(marker_name), marker_bytes_max);
    if (!bytes)
        return fail(bytes.error());
    std::string_view text = as_text(*bytes);
    if (!text.starts_with(marker_words))
        return fail(text.starts_with(any_format) ? Errc::unknown_version : Errc::malformed);
    text.remove_prefix(marker_words.size());
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    return id_from_base32<SchoolId>(text);
}

/// Makes the folders of a new target, its marker last. Where it was killed before that, the same
/// folders stand there, and perhaps a marker that was begun.
Result<void> make_target(FileSystem& files, const std::string& folder, const SchoolId& school) {
    const auto names = files.list(".");
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names)
        if (name != "lost+found" && name != "keys" && name != "parts" && name != "backups" &&
            name != "lock" && !name.starts_with(marker_name))
            return fail(Errc::bad_configuration, "There is something else in " + folder + ".");
    for (const char* part : {"keys", "parts", "backups"})
        if (auto made = files.create_directory(part); !made)
            return made;
    const std::string words = std::string(marker_words) + to_base32(school) + "\n";
    return replace_file_durably(files, std::string(marker_name), as_view(words));
}

std::string path_of(const Digest& part) {
    const std::string name = to_base32(part);
    return "parts/" + name.substr(0, part_folder_letters) + "/" + name;
}

std::string path_of(const std::string& backup) {
    return "backups/" + backup;
}

/// Nothing for a name that no part has: whoever made it wants it, or wants it to be removed.
std::optional<PartFile> part_file(const std::string& name) {
    const bool is_aside = name.ends_with(aside_suffix);
    std::string part = is_aside ? name.substr(0, name.size() - aside_suffix.size()) : name;
    const auto digest = id_from_base32<Digest>(part);
    if (!digest || to_base32(*digest) != part)
        return std::nullopt;
    return PartFile{std::move(part), is_aside};
}

} // namespace

BackupKey::BackupKey(crypto::Secret32 secret)
    : secret_(std::move(secret))
    , name_key_(derived(secret_, 1))
    , content_key_(derived(secret_, 2)) {}

std::string BackupKey::public_name() const {
    constexpr std::size_t letters = 16;
    return to_base32(name_of({})).substr(0, letters);
}

Digest BackupKey::name_of(ByteView content) const {
    return crypto::keyed_hash(crypto::HashLabel::backup, name_key_.view(), content);
}

Bytes BackupKey::seal(const Digest& name, ByteView content) const {
    return crypto::seal_content(content_key_, name, content);
}

Result<Bytes> BackupKey::open(const Digest& name, ByteView sealed) const {
    auto plain = crypto::open_content(content_key_, name, sealed);
    if (plain && name_of(*plain) != name)
        return fail(Errc::decrypt_failed);
    return plain;
}

Result<BackupTarget>
BackupTarget::open_to_write(const std::string& folder, const SchoolId& school, NewTarget fresh) {
    auto files = FencedFileSystem::open_folder(folder);
    if (!files && files.error().code == Errc::not_found && fresh == NewTarget::made) {
        PosixFileSystem outside;
        if (auto made = outside.create_directory(folder); !made)
            return fail(made.error());
        files = FencedFileSystem::open_folder(folder);
    }
    if (!files)
        return fail(files.error());
    auto known = read_marker(**files);
    if (!known && known.error().code == Errc::not_found && fresh == NewTarget::made) {
        if (auto made = make_target(**files, folder, school); !made)
            return fail(made.error());
        known = school;
    }
    if (!known)
        return fail(known.error());
    if (*known != school)
        return fail(Errc::wrong_school, "The backups in " + folder + " are another school's.");
    auto lock = (*files)->lock("lock");
    if (!lock)
        return fail(lock.error());
    BackupTarget target(folder, std::move(*files), school);
    target.lock_ = std::move(*lock);
    return target;
}

Result<BackupTarget> BackupTarget::open_to_read(const std::string& folder) {
    auto files = FencedFileSystem::open_folder(folder);
    if (!files)
        return fail(files.error());
    const auto known = read_marker(**files);
    if (!known)
        return fail(known.error());
    return BackupTarget(folder, std::move(*files), *known);
}

Result<void>
BackupTarget::seal_key(const BackupKey& key, const identity::IdentityChain& chain) const {
    // Each time anew: nobody here can see whether the one that lies there still opens, and with
    // rubbish in its place no phrase brings the school back.
    const std::string keys = "keys";
    // Whoever tidied up there took the one folder without which the phrase opens nothing.
    if (auto made = files_->create_directory(keys); !made)
        return made;
    std::set<std::string> wanted;
    for (const SigningPublicKey& root : chain.root_keys()) {
        const std::string name = to_base32(root) + "-" + key.public_name();
        wanted.insert(name);
        const auto sealed = crypto::seal_to(root, key.secret().view());
        if (!sealed)
            return fail(sealed.error());
        if (auto put = replace_file_durably(*files_, keys + "/" + name, *sealed); !put)
            return put;
    }
    const auto names = files_->list(keys);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names)
        if (name.ends_with("-" + key.public_name()) && !wanted.contains(name))
            if (auto removed = files_->remove(keys + "/" + name); !removed)
                return removed;
    return {};
}

Result<std::vector<BackupKey>> BackupTarget::open_keys(const crypto::SigningKey& root) const {
    const auto names = files_->list("keys");
    if (!names)
        return fail(names.error());
    std::vector<BackupKey> keys;
    for (const std::string& name : *names) {
        if (!name.starts_with(to_base32(root.public_key()) + "-"))
            continue;
        const auto sealed = read_file(*files_, "keys/" + name, sealed_key_bytes_max);
        const auto plain = sealed ? crypto::open_sealed(root, *sealed) : Result<Bytes>(sealed);
        auto secret = plain ? crypto::Secret32::from(*plain) : std::nullopt;
        if (secret)
            keys.emplace_back(std::move(*secret));
    }
    if (keys.empty())
        return fail(Errc::not_found);
    return keys;
}

bool BackupTarget::has(const BackupPart& part) const {
    const auto file = files_->open(path_of(part.name), OpenMode::read);
    if (!file)
        return false;
    const auto size = (*file)->size();
    return size && *size == part.bytes + crypto::sealed_content_overhead;
}

Result<void> BackupTarget::put(const BackupKey& key, const BackupPart& part, ByteView content) {
    const std::string path = path_of(part.name);
    const std::string folder = parent_directory(path);
    if (auto made = files_->create_directory(folder); !made)
        return made;
    const std::string begun = "parts/begun";
    auto file = files_->open(begun, OpenMode::create);
    if (!file)
        return fail(file.error());
    auto done = (*file)->append(key.seal(part.name, content));
    if (done)
        done = (*file)->sync();
    if (done)
        done = files_->rename(begun, path);
    if (!done) {
        (void)files_->remove(begun); // a full disk gets its room back
        return done;
    }
    changed_.insert(folder);
    return {};
}

Result<void> BackupTarget::sync_parts() {
    for (const std::string& folder : changed_)
        if (auto done = files_->sync_directory(folder); !done)
            return done;
    changed_.clear();
    return files_->sync_directory("parts");
}

Result<Bytes> BackupTarget::get(const BackupKey& key, const BackupPart& part) const {
    auto read = get_at(path_of(part.name), key, part);
    if (!read && read.error().code == Errc::corrupt)
        read = get_at(path_of(part.name), key, part); // a share may read short once
    if (!read && read.error().code != Errc::io_error)
        if (auto aside = get_at(path_of(part.name) + std::string(aside_suffix), key, part))
            return aside;
    return read;
}

Result<Bytes>
BackupTarget::get_at(const std::string& path, const BackupKey& key, const BackupPart& part) const {
    const auto sealed = read_file(*files_, path, part.bytes + crypto::sealed_content_overhead);
    if (!sealed)
        return fail(
            sealed.error().code == Errc::too_large ? Error{Errc::corrupt, {}} : sealed.error()
        );
    auto plain = key.open(part.name, *sealed);
    if (!plain || plain->size() != part.bytes)
        return fail(Errc::corrupt);
    return plain;
}

void BackupTarget::set_aside(const BackupPart& part) const {
    const std::string path = path_of(part.name);
    (void)files_->rename(path, path + std::string(aside_suffix)); // it may be gone already
}

Result<std::vector<std::string>> BackupTarget::backups() const {
    auto names = files_->list("backups");
    if (names)
        std::erase_if(*names, [](const std::string& name) { return !is_backup_id(name); });
    return names;
}

Result<void>
BackupTarget::put_backup(const BackupKey& key, const std::string& id, ByteView manifest) const {
    const Digest name = key.name_of(manifest);
    Bytes whole = to_bytes(name.view());
    append(whole, key.seal(name, manifest));
    return replace_file_durably(*files_, path_of(id), whole);
}

Result<BackupManifest> BackupTarget::read_backup(
    const BackupKey& key, const std::string& id, crypto::Verifier& verifier
) const {
    if (!is_backup_id(id))
        return fail(Errc::not_found);
    constexpr std::size_t bytes_max =
        Digest::size_bytes + manifest_bytes_max + crypto::sealed_content_overhead;
    const auto whole = read_file(*files_, path_of(id), bytes_max);
    if (!whole)
        return fail(whole.error());
    if (whole->size() < Digest::size_bytes)
        return fail(Errc::corrupt);
    const ByteView bytes(*whole);
    const auto name = Digest::from(bytes.first(Digest::size_bytes));
    const auto plain = key.open(*name, bytes.subspan(Digest::size_bytes));
    if (!plain)
        return fail(plain.error());
    auto manifest = parse_signed_manifest(*plain, verifier);
    // The attack: whoever can write on the share copies an old backup to the newest names.
    if (manifest && backup_id(manifest->made) != id)
        return fail(Errc::corrupt, "The backup " + id + " was made at another time.");
    return manifest;
}

Result<void> BackupTarget::remove_backup(const std::string& id) const {
    return files_->remove(path_of(id));
}

Result<void> BackupTarget::sync_backups() const {
    return files_->sync_directory("backups");
}

Result<std::vector<std::string>> BackupTarget::part_folders() const {
    auto names = files_->list("parts");
    if (names)
        std::erase_if(*names, [](const std::string& name) {
            return name.size() != part_folder_letters || name.front() == '.';
        });
    return names;
}

Result<std::vector<PartFile>> BackupTarget::parts_in(const std::string& folder) const {
    const auto names = files_->list("parts/" + folder);
    if (!names)
        return fail(names.error());
    std::vector<PartFile> parts;
    for (const std::string& name : *names) {
        auto file = part_file(name);
        if (file && file->part.starts_with(folder))
            parts.push_back(std::move(*file));
    }
    return parts;
}

Result<void> BackupTarget::remove_part(const PartFile& file) const {
    const std::string folder = file.part.substr(0, part_folder_letters);
    const std::string_view suffix = file.is_aside ? aside_suffix : std::string_view();
    return files_->remove("parts/" + folder + "/" + file.part + std::string(suffix));
}

Result<WallTime> time_of_backup(const std::string& id) {
    std::tm parts{};
    const char* const end = is_backup_id(id) ? ::strptime(id.c_str(), id_form, &parts) : nullptr;
    const std::time_t seconds = end != nullptr && *end == '\0' ? ::timegm(&parts) : -1;
    if (seconds < 0)
        return fail(Errc::malformed);
    return WallTime{static_cast<std::uint64_t>(seconds) * 1000};
}

std::string backup_id(WallTime made) {
    const auto seconds = static_cast<std::time_t>(made.ms / 1000);
    std::tm parts{};
    std::array<char, id_letters + 8> text{};
    if (::gmtime_r(&seconds, &parts) == nullptr)
        return "00000000T000000Z";
    const std::size_t size = std::strftime(text.data(), text.size(), id_form, &parts);
    return {text.data(), size};
}

bool is_backup_id(const std::string& text) {
    return text.size() == id_letters && text[8] == 'T' && text.back() == 'Z' &&
           std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || c == 'T' || c == 'Z';
           });
}

} // namespace staffroom::storage
