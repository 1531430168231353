#include "storage/backup/backup_writer.hpp"

#include "storage/files/node_folder.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace staffroom::storage {
namespace {

// Rows are cut where the key says so, not after so many of them: a new row moves no other cut.
constexpr std::uint64_t cut_mask = 0xFF; // of 256 rows one
constexpr std::size_t cut_bytes_min = 64UL << 10U;

std::uint64_t mixed(ByteView key) {
    std::uint64_t value = 14695981039346656037ULL; // FNV-1a
    for (const std::uint8_t byte : key)
        value = (value ^ byte) * 1099511628211ULL;
    return value ^ value >> 32U;
}

/// Files that are on their way, or set aside: no record can be read from them.
bool is_left_out(const std::string& path) {
    constexpr std::array<std::string_view, 3> unfinished{
        "files/damaged", "files/incoming", "files/partial"};
    return std::ranges::find(unfinished, path) != unfinished.end();
}

class BackupWriter {
public:
    BackupWriter(
        FileSystem& files,
        BackupTarget& target,
        const BackupKey& key,
        const std::function<bool()>& is_stopping
    )
        : files_(files)
        , target_(target)
        , key_(key)
        , is_stopping_(is_stopping) {}

    /// The rows of one moment: LevelDB's walk sees none that is written after it has begun.
    [[nodiscard]] Result<void> add_rows(const std::string& path, const Database& database) {
        BackupFile file{BackupKind::rows, path, {}};
        Bytes rows;
        auto done =
            database.for_each({}, {}, [&](ByteView row_key, ByteView value) -> Result<bool> {
                append_u32_be(rows, static_cast<std::uint32_t>(row_key.size()));
                append_u32_be(rows, static_cast<std::uint32_t>(value.size()));
                append(rows, row_key);
                append(rows, value);
                const bool is_cut =
                    rows.size() >= cut_bytes_min && (mixed(row_key) & cut_mask) == 0;
                if (auto put = put_full_parts(file, rows, is_cut); !put)
                    return fail(put.error());
                return true;
            });
        if (done)
            done = put_full_parts(file, rows, true);
        made_.push_back(std::move(file));
        return done;
    }

    /// One file of the folder; one that has gone meanwhile was erased.
    [[nodiscard]] Result<void> add_file(const std::string& folder, const std::string& path) {
        if (!is_backup_path(path, BackupKind::file))
            return {};
        const auto opened = files_.open(folder + "/" + path, OpenMode::read);
        if (!opened)
            return opened.error().code == Errc::not_found ? Result<void>() : fail(opened.error());
        BackupFile file{BackupKind::file, path, {}};
        Bytes content(part_bytes_max);
        for (std::uint64_t offset = 0;;) {
            const auto got = (*opened)->read_at(offset, content);
            if (!got)
                return fail(got.error());
            if (*got == 0)
                break;
            if (auto put = put_part(file, ByteView(content).first(*got)); !put)
                return put;
            offset += *got;
        }
        made_.push_back(std::move(file));
        return {};
    }

    /// A folder and those in it; nothing where there is none.
    [[nodiscard]] Result<void> add_tree(const std::string& folder, const std::string& top) {
        std::vector<std::string> waiting{top};
        while (!waiting.empty()) {
            const std::string path = std::move(waiting.back());
            waiting.pop_back();
            if (is_left_out(path))
                continue;
            const auto names = files_.list(folder + "/" + path);
            if (!names) {
                if (auto added = add_file(folder, path); !added)
                    return added;
                continue;
            }
            for (const std::string& name : *names)
                waiting.push_back(path + "/" + name);
        }
        return {};
    }

    [[nodiscard]] std::vector<BackupFile> take() {
        std::ranges::sort(made_, {}, &BackupFile::path);
        return std::move(made_);
    }
    [[nodiscard]] std::uint64_t written() const { return written_; }

private:
    [[nodiscard]] Result<void> put_full_parts(BackupFile& file, Bytes& rows, bool is_cut) {
        std::size_t begin = 0;
        while (rows.size() - begin >= part_bytes_max || (is_cut && begin < rows.size())) {
            const std::size_t count = std::min(part_bytes_max, rows.size() - begin);
            if (auto put = put_part(file, ByteView(rows).subspan(begin, count)); !put)
                return put;
            begin += count;
        }
        rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(begin));
        return {};
    }

    [[nodiscard]] Result<void> put_part(BackupFile& file, ByteView content) {
        if (is_stopping_())
            return fail(Errc::closed);
        const BackupPart part{key_.name_of(content), static_cast<std::uint32_t>(content.size())};
        file.parts.push_back(part);
        if (target_.has(part))
            return {};
        written_ += content.size();
        return target_.put(key_, part, content);
    }

    FileSystem& files_;
    BackupTarget& target_;
    const BackupKey& key_;
    const std::function<bool()>& is_stopping_;
    std::vector<BackupFile> made_;
    std::uint64_t written_ = 0;
};

WallTime wall_clock() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count()
    )};
}

} // namespace

Result<BackupReport> write_backup(
    FileSystem& files,
    const BackupSource& source,
    BackupTarget& target,
    const BackupKey& key,
    const std::function<bool()>& is_stopping
) {
    if (auto sealed = target.seal_key(key, source.chain); !sealed)
        return fail(sealed.error());
    BackupWriter writer(files, target, key, is_stopping);
    // The rows first: a body and a file are on the disk before the row that names them.
    if (auto rows = writer.add_rows("store/index", source.store); !rows)
        return fail(rows.error());
    if (auto rows = writer.add_rows("accounts", source.accounts); !rows)
        return fail(rows.error());
    for (const char* top :
         {"store/segments",
          "files",
          "texts",
          "erasures",
          "identity",
          "keys",
          "backup.key",
          "staffroom.toml",
          "page.toml"})
        if (auto added = writer.add_tree(source.folder, top); !added)
            return fail(added.error());
    if (auto synced = target.sync_parts(); !synced)
        return fail(synced.error());
    const BackupManifest manifest{
        wall_clock(), source.key.public_key(), source.chain.wire(), writer.take()};
    const Bytes signed_bytes = encode_signed_manifest(manifest, source.key);
    if (signed_bytes.size() > manifest_bytes_max)
        return fail(Errc::too_large);
    const std::string id = backup_id(manifest.made);
    if (auto put = target.put_backup(key, id, signed_bytes); !put)
        return fail(put.error());
    return BackupReport{id, manifest.files.size(), content_bytes(manifest), writer.written()};
}

} // namespace staffroom::storage
