#include "storage/files/broken_restore.hpp"

#include "protocol/base/text.hpp"
#include "storage/files/node_folder.hpp"

#include <array>
#include <fstream>

namespace staffroom::storage {
namespace {

constexpr std::size_t mark_bytes_max = 8192; // a school and one path

/// Reads the first bytes of the mark; what cannot be read says nothing.
std::string read_mark(const std::filesystem::path& path) {
    std::array<char, mark_bytes_max> bytes{};
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return {bytes.data(), static_cast<std::size_t>(file.gcount())};
}

BrokenRestore parse_mark(const std::string& text) {
    BrokenRestore restore;
    const std::size_t end = text.find('\n');
    const std::size_t last = text.find('\n', end == std::string::npos ? end : end + 1);
    if (end == std::string::npos || last == std::string::npos)
        return restore;
    if (const auto school = id_from_base32<SchoolId>(text.substr(0, end)))
        restore.school = *school;
    restore.backups = text.substr(end + 1, last - end - 1);
    return restore;
}

} // namespace

std::optional<BrokenRestore> find_broken_restore(const std::filesystem::path& folder) {
    std::error_code error;
    const auto mark = folder / restoring_mark;
    if (!std::filesystem::exists(mark, error) || is_node_folder(folder))
        return std::nullopt;
    return parse_mark(read_mark(mark));
}

Result<void> mark_restore(
    FileSystem& files, const std::string& folder, const SchoolId& school, const std::string& backups
) {
    const std::string text = to_base32(school) + "\n" + backups + "\n";
    return replace_file_durably(files, folder + "/" + restoring_mark, as_view(text));
}

std::string no_school_sentence(const std::filesystem::path& folder) {
    std::error_code error;
    if (!std::filesystem::exists(folder / restoring_mark, error))
        return folder.string() + " holds no school yet.";
    return "In " + folder.string() + " a restore was broken off: half of a school is there.";
}

std::string first_steps(const std::filesystem::path& folder) {
    if (const auto rest = find_broken_restore(folder))
        return broken_restore_step(folder, *rest);
    const std::string data = folder.string();
    return "run `staffroom --data " + data +
           " init --school NAME` for a new school; if this one was here before, see that its disk "
           "is mounted, or bring it back with `staffroom backup restore BACKUP --to " +
           data + "` or `staffroom --data " + data + " recover`";
}

std::string broken_restore_step(const std::filesystem::path& folder, const BrokenRestore& restore) {
    const std::string backups = restore.backups.empty() ? "BACKUP" : restore.backups;
    return "run it again: `staffroom backup restore " + backups + " --to " + folder.string() +
           " --phrase-file -`";
}

} // namespace staffroom::storage
