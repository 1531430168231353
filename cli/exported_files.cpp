#include "cli/exported_files.hpp"

#include "cli/answer.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>

namespace staffroom::cli {
namespace {

constexpr const char* files_folder = "files";
constexpr std::size_t whole_hash_characters = 52;

constexpr std::array endings{
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".pdf",
    ".mp3",
    ".m4a",
    ".ogg",
    ".wav",
    ".txt",
    ".csv"};

/// ".png" of "a/grid.png"; nothing for what opening could run: the name comes from another school.
std::string safe_ending(const std::string& name) {
    for (const char* ending : endings)
        if (name.ends_with(ending))
            return ending;
    return {};
}

} // namespace

std::string exported_file_name(const boost::json::value& attachment) {
    const auto hash = text_at(attachment, "hash");
    if (!id_from_base32<Digest>(hash))
        return {};
    return std::string(files_folder) + "/" + hash + safe_ending(text_at(attachment, "name"));
}

std::vector<LocalFile> find_exported_files(const std::filesystem::path& folder) {
    std::vector<LocalFile> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder / files_folder, error)) {
        const std::string name = entry.path().filename().string();
        const auto hash = id_from_base32<Digest>(name.substr(0, whole_hash_characters));
        std::error_code gone;
        const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
        if (hash && !gone && !entry.is_symlink(gone))
            files.push_back({name, entry.path(), *hash, size});
    }
    std::ranges::sort(files, {}, &LocalFile::name);
    return files;
}

} // namespace staffroom::cli
