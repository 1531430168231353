#include "storage/database/high_water.hpp"

#include "storage/database/stored_check.hpp"

namespace staffroom::storage {

namespace {

// Layout: magic, boot id length (1) and bytes, then per log id 32, size u64, root 32; the check
// ends the file.
constexpr std::string_view mark_magic = "SRM1";
constexpr std::size_t marked_log_bytes = 32 + 8 + 32;

struct ParsedMark {
    std::string boot_id;
    std::vector<MarkedLog> logs;
};

Bytes encode(const std::string& boot_id, std::span<const MarkedLog> logs) {
    Bytes out = to_bytes(as_view(mark_magic));
    out.push_back(static_cast<std::uint8_t>(boot_id.size()));
    append(out, as_view(boot_id));
    for (const MarkedLog& marked : logs) {
        append(out, marked.log.view());
        append_u64_be(out, marked.size.value);
        append(out, marked.root.view());
    }
    const StoredCheck check = stored_check({out});
    append(out, check);
    return out;
}

Result<ParsedMark> decode(ByteView bytes) {
    const auto damaged_mark = [] { return fail(Errc::corrupt, "the mark is damaged"); };
    if (bytes.size() < mark_magic.size() + 1 + stored_check_bytes)
        return damaged_mark();
    ByteView rest = bytes.first(bytes.size() - stored_check_bytes);
    const StoredCheck check = stored_check({rest});
    if (!std::equal(check.begin(), check.end(), bytes.end() - stored_check_bytes) ||
        as_text(rest.first(mark_magic.size())) != mark_magic)
        return damaged_mark();
    const std::size_t boot_bytes = rest[mark_magic.size()];
    rest = rest.subspan(mark_magic.size() + 1);
    if (boot_bytes > rest.size() || (rest.size() - boot_bytes) % marked_log_bytes != 0)
        return damaged_mark();
    ParsedMark mark{std::string(as_text(rest.first(boot_bytes))), {}};
    for (rest = rest.subspan(boot_bytes); !rest.empty(); rest = rest.subspan(marked_log_bytes)) {
        mark.logs.push_back({
            .log = *LogId::from(rest.first(32)),
            .size = LogSize{read_u64_be(rest.subspan(32))},
            .root = *TreeHash::from(rest.subspan(40, 32)),
        });
    }
    return mark;
}

Result<ParsedMark> read_mark(FileSystem& files, const std::string& path) {
    auto bytes = read_file(files, path, mark_bytes_max);
    if (!bytes && bytes.error().code == Errc::too_large)
        return fail(Errc::corrupt, "the mark is damaged");
    if (!bytes)
        return fail(bytes.error());
    return decode(*bytes);
}

} // namespace

HighWater::HighWater(
    FileSystem& files,
    std::string directory,
    std::optional<std::string> run_directory,
    const std::string& boot_id
)
    : files_(files)
    , disk_path_(std::move(directory) + "/mark")
    , boot_id_(boot_id.substr(0, 255)) {
    if (run_directory)
        run_path_ = *run_directory + "/mark";
}

/// In place while its length stays: making and renaming a file takes ten times as long, after every
/// commit. What a kill leaves half-written fails its check, and then a new incarnation begins.
Result<void> HighWater::Copy::write(FileSystem& files, const std::string& path, ByteView content) {
    if (file != nullptr && content.size() == bytes) {
        auto done = file->overwrite_at(0, content);
        if (!done)
            file.reset();
        return done;
    }
    file.reset();
    if (auto done = replace_file(files, path, content); !done)
        return done;
    auto opened = files.open(path, OpenMode::update);
    if (!opened)
        return fail(opened.error());
    file = std::move(*opened);
    bytes = content.size();
    return {};
}

Result<void> HighWater::write(std::span<const MarkedLog> logs) {
    const Bytes content = encode(boot_id_, logs);
    if (content.size() > mark_bytes_max)
        return fail(Errc::too_large, "more own logs than a mark holds");
    if (auto done = disk_copy_.write(files_, disk_path_, content); !done)
        return done;
    if (!run_path_)
        return {};
    return run_copy_.write(files_, *run_path_, content);
}

Result<std::vector<MarkedLog>> HighWater::read_disk() const {
    auto mark = read_mark(files_, disk_path_);
    if (!mark)
        return fail(mark.error());
    return std::move(mark->logs);
}

Result<std::vector<MarkedLog>> HighWater::read_run() const {
    if (!run_path_)
        return fail(Errc::not_found, "no folder that a boot empties");
    auto mark = read_mark(files_, *run_path_);
    if (!mark)
        return fail(mark.error());
    if (mark->boot_id != boot_id_)
        return fail(Errc::not_found, "the mark is of another boot");
    return std::move(mark->logs);
}

} // namespace staffroom::storage
