#include "storage/backup/backup_target.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/crypto/sealed.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <ranges>

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
constexpr std::uint64_t clock_error_ms_max = 3'600'000;

crypto::Secret32 derived(const crypto::Secret32& secret, std::uint64_t number) {
    static_assert(crypto_kdf_KEYBYTES == crypto::Secret32::size_bytes);
    crypto::Secret32 out;
    const int outcome = crypto_kdf_derive_from_key(
        out.writable().data(), out.size_bytes, number, "srbackup", secret.view().data()
    );
    ensure(outcome == 0);
    return out;
}

Result<SchoolId> read_marker(FileSystem& files, const std::string& folder) {
    auto bytes = read_file(files, folder + "/" + std::string(marker_name), marker_bytes_max);
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
    if (auto made = files.create_directory(folder); !made)
        return made;
    const auto names = files.list(folder);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names)
        if (name != "lost+found" && name != "keys" && name != "parts" && name != "backups" &&
            name != "lock" && !name.starts_with(marker_name))
            return fail(Errc::bad_configuration, "There is something else in " + folder + ".");
    for (const char* part : {"/keys", "/parts", "/backups"})
        if (auto made = files.create_directory(folder + part); !made)
            return made;
    const std::string words = std::string(marker_words) + to_base32(school) + "\n";
    return replace_file_durably(files, folder + "/" + std::string(marker_name), as_view(words));
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
BackupTarget::open_to_write(FileSystem& files, const std::string& folder, const SchoolId& school) {
    auto known = read_marker(files, folder);
    if (!known && known.error().code == Errc::not_found) {
        if (auto made = make_target(files, folder, school); !made)
            return fail(made.error());
        known = school;
    }
    if (!known)
        return fail(known.error());
    if (*known != school)
        return fail(Errc::wrong_school, "The backups in " + folder + " are another school's.");
    auto lock = files.lock(folder + "/lock");
    if (!lock)
        return fail(lock.error());
    BackupTarget target(files, folder, school);
    target.lock_ = std::move(*lock);
    return target;
}

Result<BackupTarget> BackupTarget::open_to_read(FileSystem& files, const std::string& folder) {
    const auto known = read_marker(files, folder);
    if (!known)
        return fail(known.error());
    return BackupTarget(files, folder, *known);
}

Result<void>
BackupTarget::seal_key(const BackupKey& key, const identity::IdentityChain& chain) const {
    const std::string keys = folder_ + "/keys";
    static_cast<void>(files_->create_directory(keys)); // somebody may have tidied it away
    std::set<std::string> wanted;
    for (const SigningPublicKey& root : chain.root_keys()) {
        const std::string name = to_base32(root) + "-" + key.public_name();
        wanted.insert(name);
        const auto is_there = files_->exists(keys + "/" + name);
        if (is_there && *is_there)
            continue;
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
    const auto names = files_->list(folder_ + "/keys");
    if (!names)
        return fail(names.error());
    std::vector<BackupKey> keys;
    for (const std::string& name : *names) {
        if (!name.starts_with(to_base32(root.public_key()) + "-"))
            continue;
        const auto sealed = read_file(*files_, folder_ + "/keys/" + name, sealed_key_bytes_max);
        const auto plain = sealed ? crypto::open_sealed(root, *sealed) : Result<Bytes>(sealed);
        auto secret = plain ? crypto::Secret32::from(*plain) : std::nullopt;
        if (secret)
            keys.emplace_back(std::move(*secret));
    }
    if (keys.empty())
        return fail(Errc::not_found);
    return keys;
}

std::string BackupTarget::path_of(const Digest& part) const {
    const std::string name = to_base32(part);
    return folder_ + "/parts/" + name.substr(0, part_folder_letters) + "/" + name;
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
    const std::string begun = folder_ + "/parts/begun";
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
    return files_->sync_directory(folder_ + "/parts");
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
    auto names = files_->list(folder_ + "/backups");
    if (names)
        std::erase_if(*names, [](const std::string& name) { return !is_backup_id(name); });
    return names;
}

Result<void>
BackupTarget::put_backup(const BackupKey& key, const std::string& id, ByteView manifest) const {
    const Digest name = key.name_of(manifest);
    Bytes whole = to_bytes(name.view());
    append(whole, key.seal(name, manifest));
    return replace_file_durably(*files_, folder_ + "/backups/" + id, whole);
}

Result<BackupManifest> BackupTarget::read_backup(
    const BackupKey& key, const std::string& id, crypto::Verifier& verifier
) const {
    if (!is_backup_id(id))
        return fail(Errc::not_found);
    constexpr std::size_t bytes_max =
        Digest::size_bytes + manifest_bytes_max + crypto::sealed_content_overhead;
    const auto whole = read_file(*files_, folder_ + "/backups/" + id, bytes_max);
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

/// The backups of a target, by what becomes of them.
struct BackupTarget::Sorted {
    std::vector<std::string> gone;
    std::vector<std::string> unreadable; // that stay, the newest first
    std::set<std::string> wanted;        // parts of those that stay and can be read
    std::set<std::string> left;          // parts of those that go
    bool has_newer = false;              // one that stays was made by a newer version
};

/// The attack, or the bad sector: one damaged backup among those that stay must neither keep every
/// old one on the disk for ever, erased words among them, nor, when all new ones are damaged, cost
/// the last one that can be read.
Result<BackupTarget::Sorted> BackupTarget::sort_out(
    const BackupKey& key, const Keeping& keeping, crypto::Verifier& verifier
) const {
    auto ids = backups();
    if (!ids)
        return fail(ids.error());
    Sorted sorted;
    std::size_t kept = 0;
    const auto note = [](const BackupManifest& manifest, std::set<std::string>& parts) {
        for (const BackupFile& file : manifest.files)
            for (const BackupPart& part : file.parts)
                parts.insert(to_base32(part.name));
    };
    for (std::string& id : std::views::reverse(*ids)) {
        const auto made = time_of_backup(id);
        const bool is_ahead = made && made->ms > keeping.now.ms + clock_error_ms_max;
        const bool has_enough = kept == keeping.count && !is_ahead;
        if (has_enough && sorted.unreadable.empty()) {
            sorted.gone.push_back(std::move(id)); // every part is known that is to stay
            continue;
        }
        const auto manifest = read_backup(key, id, verifier);
        if (manifest)
            note(*manifest, has_enough ? sorted.left : sorted.wanted);
        if (has_enough) {
            sorted.gone.push_back(std::move(id));
        } else if (manifest) {
            kept += is_ahead ? 0U : 1U;
        } else {
            sorted.has_newer |= manifest.error().code == Errc::unknown_version;
            sorted.unreadable.push_back(std::move(id));
        }
    }
    return sorted;
}

Result<BackupTarget::Cleared> BackupTarget::keep_newest(
    const BackupKey& key, const Keeping& keeping, crypto::Verifier& verifier
) const {
    const auto sorted = sort_out(key, keeping, verifier);
    if (!sorted)
        return fail(sorted.error());
    for (const std::string& id : sorted->gone)
        if (auto removed = files_->remove(folder_ + "/backups/" + id); !removed)
            return fail(removed.error());
    if (!sorted->gone.empty())
        if (auto synced = files_->sync_directory(folder_ + "/backups"); !synced)
            return fail(synced.error());
    if (auto removed = remove_parts(*sorted); !removed)
        return fail(removed.error());
    Cleared cleared{sorted->gone.size(), sorted->unreadable};
    std::ranges::reverse(cleared.unreadable);
    return cleared;
}

/// Removes what nobody needs. Where a backup stays that cannot be read, its parts are not known: it
/// may be one of the key before this one. Then only parts go that were of the backups that went.
Result<void> BackupTarget::remove_parts(const Sorted& backups) const {
    if (backups.has_newer)
        return {}; // it is whole for whoever can read it
    const bool knows_all = backups.unreadable.empty();
    const std::string parts = folder_ + "/parts";
    const auto folders = files_->list(parts);
    if (!folders)
        return fail(folders.error());
    for (const std::string& folder : *folders) {
        const auto names = files_->list(parts + "/" + folder);
        if (!names)
            continue; // a file that was begun
        for (const std::string& name : *names) {
            const bool is_aside = name.ends_with(aside_suffix);
            const std::string part =
                is_aside ? name.substr(0, name.size() - aside_suffix.size()) : name;
            const bool has_come_again = is_aside && std::ranges::count(*names, part) > 0;
            const bool is_wanted = backups.wanted.contains(part) && !has_come_again;
            if (!is_wanted && (knows_all || has_come_again || backups.left.contains(part)))
                if (auto removed = files_->remove(parts + "/" + folder + "/" + name); !removed)
                    return removed;
        }
    }
    return {};
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
