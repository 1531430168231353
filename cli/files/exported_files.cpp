#include "cli/files/exported_files.hpp"

#include "cli/output/answer.hpp"
#include "node/services/markdown/active_content.hpp"
#include "node/services/markdown/file_types.hpp"
#include "protocol/base/text.hpp"

namespace staffroom::cli {
namespace {

constexpr const char* files_folder = "files";
constexpr std::size_t whole_hash_characters = 52;

} // namespace

std::string exported_file_name(const boost::json::value& attachment, std::string_view content) {
    const auto hash = text_at(attachment, "hash");
    const std::string name = text_at(attachment, "name");
    if (!id_from_base32<Digest>(hash))
        return {};
    const auto type = services::type_of_content(name, content);
    const bool is_safe = type && !services::why_active(name, content);
    return std::string(files_folder) + "/" + hash +
           (is_safe ? "." + std::string(type->ending) : std::string());
}

std::vector<std::string> exported_files_in(const SafeFolder& folder) {
    std::vector<std::string> names;
    const auto entries = folder.entries(files_folder);
    if (const auto* found = std::get_if<std::vector<Entry>>(&entries))
        for (const Entry& entry : *found)
            if (id_from_base32<Digest>(entry.name.substr(0, whole_hash_characters)))
                names.push_back(entry.name);
    return names;
}

std::optional<LocalFile> open_exported_file(const SafeFolder& folder, const std::string& name) {
    const std::string path = std::string(files_folder) + "/" + name;
    const auto hash = id_from_base32<Digest>(name.substr(0, whole_hash_characters));
    auto file = folder.file(path);
    if (!hash || std::holds_alternative<Closed>(file))
        return std::nullopt;
    auto& opened = std::get<SharedFile>(file);
    const std::uint64_t size = opened->size();
    return LocalFile{name, path, std::move(opened), *hash, size};
}

} // namespace staffroom::cli
