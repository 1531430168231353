#include "cli/import_items.hpp"

#include "cli/text_file.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace staffroom::cli {

namespace {

constexpr std::size_t manifest_bytes_max = 256U
                                           << 20U; // far above any manifest that a person keeps

Outcome<std::vector<ImportItem>> items_of_manifest(const std::filesystem::path& path) {
    const auto text = read_bytes(path, manifest_bytes_max);
    if (!text)
        return text.failure();
    if (auto failure = why_unreadable(*text, path))
        return *failure;
    auto rows = parse_manifest(*text);
    if (!rows)
        return rows.failure();
    std::vector<ImportItem> items;
    for (auto& row : *rows) {
        const auto file = path.parent_path() / row.path;
        auto shown = row.path;
        items.push_back({std::move(shown), file, path.parent_path(), std::move(row)});
    }
    return items;
}

Outcome<std::vector<ImportItem>> items_of_folder(const std::filesystem::path& folder) {
    std::vector<ImportItem> items;
    std::error_code error;
    std::filesystem::recursive_directory_iterator at(folder, error);
    for (; !error && at != std::filesystem::recursive_directory_iterator(); at.increment(error)) {
        std::error_code ignored;
        if (at->path().extension() == ".md" && at->is_regular_file(ignored))
            items.push_back(
                {at->path().lexically_relative(folder).generic_string(),
                 at->path(),
                 folder,
                 std::nullopt}
            );
    }
    if (error)
        return Failure{
            folder.string() + " cannot be read: " + error.message() + ".",
            "check the path and its permissions, then run the command again.",
            ExitCode::failed};
    std::sort(items.begin(), items.end(), [](const ImportItem& left, const ImportItem& right) {
        return left.path < right.path;
    });
    return items;
}

} // namespace

Outcome<std::vector<ImportItem>>
find_documents(const std::filesystem::path& path, const ImportChoice& choice) {
    std::error_code error;
    auto items = std::filesystem::is_directory(path, error) ? items_of_folder(path)
                                                            : items_of_manifest(path);
    if (!items)
        return items;
    if (!choice.match.empty())
        std::erase_if(*items, [&](const ImportItem& item) {
            return ::fnmatch(choice.match.c_str(), item.path.c_str(), 0) != 0;
        });
    if (choice.limit && items->size() > *choice.limit)
        items->resize(static_cast<std::size_t>(*choice.limit));
    return items;
}

std::string origin_of(const ImportItem& item) {
    if (item.row && !item.row->source_repository.empty() && !item.row->source_path.empty())
        return item.row->source_repository + "/" + item.row->source_path;
    return item.path;
}

} // namespace staffroom::cli
