#include "cli/exported_files.hpp"

#include "cli/answer.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::cli {
namespace {

constexpr const char* files_folder = "files";
constexpr std::size_t hash_characters = 52;
constexpr std::size_t ending_characters_max = 5;

/// ".png" of "a/grid.PNG"; nothing where the name ends in anything unusual.
std::string safe_ending(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || name.size() - dot - 1 > ending_characters_max)
        return {};
    std::string ending = ".";
    for (const char c : name.substr(dot + 1)) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const char lower = is_upper ? static_cast<char>(c - 'A' + 'a') : c;
        if (!(lower >= 'a' && lower <= 'z') && !(lower >= '0' && lower <= '9'))
            return {};
        ending += lower;
    }
    return ending.size() > 1 ? ending : std::string();
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
        const auto hash = id_from_base32<Digest>(name.substr(0, hash_characters));
        std::error_code gone;
        const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
        if (hash && !gone && !entry.is_symlink(gone))
            files.push_back({name, entry.path(), *hash, size});
    }
    std::ranges::sort(files, {}, &LocalFile::name);
    return files;
}

} // namespace staffroom::cli
