#include "storage/backup/backup_reader.hpp"

#include "storage/database/database.hpp"
#include "storage/files/broken_restore.hpp"
#include "storage/files/node_folder.hpp"
#include "storage/store/store.hpp"

#include <sys/stat.h>

#include <array>

namespace staffroom::storage {
namespace {

constexpr std::size_t backup_row_head_bytes = 8;
constexpr std::size_t row_key_bytes_max = 4096;
constexpr std::size_t row_value_bytes_max = 64UL << 20U;
constexpr std::size_t batch_bytes = 4UL << 20U;
constexpr mode_t restored_file_mode = 0600;
constexpr mode_t restored_folder_mode = 0700;

Error about(const BackupFile& file, const Error& error) {
    return {error.code, "The backup has " + file.path + " no more as it was."};
}

/// Makes the folders above `path`, from `folder` on.
Result<void> make_folders(FileSystem& files, const std::string& folder, const std::string& path) {
    for (std::size_t at = path.find('/'); at != std::string::npos; at = path.find('/', at + 1)) {
        const std::string each = folder + "/" + path.substr(0, at);
        if (auto made = files.create_directory(each); !made)
            return made;
        (void)::chmod(each.c_str(), restored_folder_mode);
    }
    return {};
}

/// A name as it is once it is whole.
std::string without_new(const std::string& name) {
    constexpr std::string_view ending = ".new";
    return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

/// Tells whether a restore writes something of this name into a data folder.
bool is_restored_name(const std::string& written) {
    const std::string name = without_new(written);
    return name == "store" || name == restored_mark || is_backup_path(name, BackupKind::file) ||
           is_backup_path(name, BackupKind::rows);
}

/// Tells whether a name may stand in a folder that counts as empty.
bool is_nobodys(const std::string& name) {
    return name == "lost+found" || without_new(name) == restoring_mark;
}

Error not_empty(const std::string& folder, const std::string& name) {
    return {Errc::already_exists, folder + " is not empty: " + name + " is in it."};
}

/// Takes away what an earlier try has left.
Result<void> remove_all_in(FileSystem& files, const std::string& folder) {
    const auto names = files.list(folder);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names)
        if (!is_nobodys(name) && !is_restored_name(name))
            return fail(not_empty(folder, name));
    for (const std::string& name : *names) {
        const std::string path = folder + "/" + name;
        const bool is_folder = files.list(path).has_value();
        if (is_nobodys(name))
            continue;
        if (auto gone = is_folder ? remove_tree(files, path) : files.remove(path); !gone)
            return gone;
    }
    return {};
}

/// Checks that what stands behind a mark is the rest of an earlier try of the same school. A whole
/// school behind it lives: its last step was the only one that was missing, or somebody has founded
/// one there, and nothing of either is to be lost.
Result<void> check_own_rest(FileSystem& files, const std::string& folder, const SchoolId& school) {
    const auto rest = find_broken_restore(folder);
    if (!rest)
        return fail(Errc::already_exists, folder + " holds a school already.");
    if (rest->school && *rest->school != school)
        return fail(Errc::already_exists, folder + " holds half of another school's backup.");
    const std::string lock = store_paths(store_path(folder).string()).lock;
    const auto is_store = files.exists(lock);
    if (!is_store)
        return fail(is_store.error());
    if (!*is_store)
        return {};
    const auto unused = files.lock(lock);
    return unused ? Result<void>() : fail(unused.error().code, "A node runs in " + folder + ".");
}

/// Checks that nothing is in a folder that bears no mark.
Result<void> check_empty(FileSystem& files, const std::string& folder) {
    if (is_node_folder(folder))
        return fail(Errc::already_exists, folder + " holds a school already.");
    const auto names = files.list(folder);
    if (!names)
        return fail(names.error());
    for (const std::string& name : *names)
        if (!is_nobodys(name))
            return fail(not_empty(folder, name));
    (void)::chmod(folder.c_str(), restored_folder_mode);
    return {};
}

/// Holds the mark, so that two restores do not take each other's parts away.
Result<std::unique_ptr<FileLock>> hold_mark(FileSystem& files, const std::string& folder) {
    auto held = files.lock(folder + "/" + restoring_mark);
    if (!held && held.error().code == Errc::in_use)
        return fail(Errc::in_use, "Another restore is bringing a backup into " + folder + ".");
    return held;
}

/// Makes the folder and marks it. What a try before has left is its own and goes.
Result<std::unique_ptr<FileLock>>
begin_restore(FileSystem& files, const BackupTarget& target, const std::string& folder) {
    if (auto made = files.create_directory(folder); !made)
        return fail(made.error());
    const auto is_begun = files.exists(folder + "/" + restoring_mark);
    if (!is_begun)
        return fail(is_begun.error());
    if (*is_begun)
        if (const auto alone = hold_mark(files, folder); !alone)
            return fail(alone.error());
    if (auto fits =
            *is_begun ? check_own_rest(files, folder, target.school()) : check_empty(files, folder);
        !fits)
        return fail(fits.error());
    if (auto marked = mark_restore(files, folder, target.school(), target.folder()); !marked)
        return fail(marked.error());
    auto held = hold_mark(files, folder);
    if (!held)
        return held;
    if (auto gone = remove_all_in(files, folder); !gone)
        return fail(gone.error());
    return held;
}

class Restore {
public:
    Restore(
        FileSystem& files,
        const BackupTarget& target,
        const BackupKey& key,
        const std::string& folder
    )
        : files_(files)
        , target_(target)
        , key_(key)
        , folder_(folder) {}

    [[nodiscard]] Result<void> bring(const BackupFile& file) const {
        if (auto made = make_folders(files_, folder_, file.path); !made)
            return made;
        if (file.kind == BackupKind::rows)
            return bring_rows(files_, target_, key_, file, folder_ + "/" + file.path);
        return bring_file(file);
    }

    /// Brings the keys, at once or not at all: with them the folder holds a school.
    [[nodiscard]] Result<void> bring_keys(const BackupFile& keys) const {
        Bytes whole;
        for (const BackupPart& part : keys.parts) {
            auto content = part_of_backup(target_, key_, keys, part);
            if (!content)
                return fail(content.error());
            append(whole, *content);
            sodium_memzero(content->data(), content->size());
        }
        auto brought = replace_file_durably(files_, folder_ + "/keys", whole);
        sodium_memzero(whole.data(), whole.size());
        return brought;
    }

private:
    [[nodiscard]] Result<void> bring_file(const BackupFile& file) const {
        const std::string path = folder_ + "/" + file.path;
        auto out = files_.open(path, OpenMode::create);
        if (!out)
            return fail(out.error());
        (void)::chmod(path.c_str(), restored_file_mode);
        for (const BackupPart& part : file.parts) {
            const auto content = part_of_backup(target_, key_, file, part);
            if (!content)
                return fail(content.error());
            if (auto done = (*out)->append(*content); !done)
                return done;
        }
        if (auto done = (*out)->sync(); !done)
            return done;
        return files_.sync_directory(parent_directory(path));
    }

    FileSystem& files_;
    const BackupTarget& target_;
    const BackupKey& key_;
    const std::string& folder_;
};

} // namespace

Result<Bytes> part_of_backup(
    const BackupTarget& target, const BackupKey& key, const BackupFile& file, const BackupPart& part
) {
    auto content = target.get(key, part);
    if (content)
        return content;
    if (content.error().code == Errc::corrupt)
        target.set_aside(part);
    return fail(about(file, content.error()));
}

Result<void> bring_rows(
    FileSystem& files,
    const BackupTarget& target,
    const BackupKey& key,
    const BackupFile& file,
    const std::string& path
) {
    auto database = Database::open(files, path);
    if (!database)
        return fail(database.error());
    BackupRows rows;
    RowBatch batch;
    const auto write = [&](std::size_t bytes_min) -> Result<void> {
        if (batch.bytes() < bytes_min)
            return {};
        auto written = (*database)->write(batch);
        batch.clear();
        return written;
    };
    for (const BackupPart& part : file.parts) {
        const auto content = part_of_backup(target, key, file, part);
        if (!content)
            return fail(content.error());
        const auto taken = rows.take(*content, [&](ByteView row_key, ByteView value) {
            batch.put(row_key, value);
            return write(batch_bytes);
        });
        if (!taken)
            return taken;
    }
    if (!rows.is_whole())
        return fail(about(file, {Errc::corrupt, {}}));
    return write(1);
}

Result<void> BackupRows::take(ByteView bytes, const Visitor& visitor) {
    append(rest_, bytes);
    ByteView left(rest_);
    while (left.size() >= backup_row_head_bytes) {
        const std::size_t key = read_u32_be(left);
        const std::size_t value = read_u32_be(left.subspan(4));
        if (key > row_key_bytes_max || value > row_value_bytes_max)
            return fail(Errc::malformed, "A row of a backup has a length that none can have.");
        if (left.size() - backup_row_head_bytes < key + value)
            break;
        const ByteView row = left.subspan(backup_row_head_bytes, key + value);
        if (auto visited = visitor(row.first(key), row.subspan(key)); !visited)
            return visited;
        left = left.subspan(backup_row_head_bytes + key + value);
    }
    rest_.erase(rest_.begin(), rest_.end() - static_cast<std::ptrdiff_t>(left.size()));
    return {};
}

Result<void> restore_backup(
    FileSystem& files,
    const BackupTarget& target,
    const BackupKey& key,
    const BackupManifest& manifest,
    const std::string& folder
) {
    const auto begun = begin_restore(files, target, folder);
    if (!begun)
        return fail(begun.error());
    const Restore restore(files, target, key, folder);
    const BackupFile* keys = nullptr;
    for (const BackupFile& file : manifest.files) {
        if (file.path == "keys") {
            keys = &file;
            continue;
        }
        if (auto brought = restore.bring(file); !brought)
            return brought;
    }
    if (keys == nullptr)
        return fail(Errc::corrupt, "The backup has no keys of a node.");
    // Words that were erased since must not be shown; whoever opens the folder sees this first.
    if (auto marked = replace_file_durably(files, folder + "/" + restored_mark, {}); !marked)
        return marked;
    if (auto brought = restore.bring_keys(*keys); !brought)
        return brought;
    if (auto removed = files.remove(folder + "/" + restoring_mark); !removed)
        return removed;
    return files.sync_directory(folder);
}

} // namespace staffroom::storage
