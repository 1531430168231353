#include "cli/settings/settings_file.hpp"

#include "cli/files/text_file.hpp"
#include "node/base/default_folder.hpp"
#include "node/base/environment.hpp"
#include "node/services/settings/page_settings.hpp"

namespace staffroom::cli {

namespace {

constexpr std::size_t settings_bytes_max = 1U << 20U;

/// Those of the files that are there. Failures: one is there and cannot be read.
Outcome<std::vector<node::SettingsFile>>
read_files(const std::vector<std::filesystem::path>& paths, bool must_exist) {
    std::vector<node::SettingsFile> files;
    for (const auto& path : paths) {
        std::error_code error;
        if (!must_exist && !std::filesystem::exists(path, error) && !error)
            continue;
        auto read = read_bytes(path, settings_bytes_max);
        if (!read)
            return read.failure();
        files.push_back({path.string(), std::move(*read)});
    }
    return files;
}

} // namespace

Outcome<ReadSettings> read_settings_of(const std::filesystem::path& folder) {
    const auto files = read_files(node::settings_files(folder), false);
    if (!files)
        return files.failure();
    // As the node does: what the page has set stops nobody, and is passed over where it cannot be
    // read.
    const auto path = services::page_settings_path(folder);
    const auto text = read_bytes(path, settings_bytes_max);
    std::optional<node::SettingsFile> page;
    if (text)
        page = node::SettingsFile{path.string(), *text};
    auto read = services::read_with_page(page, *files, node::environment_value);
    if (auto* found = std::get_if<services::ReadWithPage>(&read))
        return ReadSettings(std::move(found->loaded));
    return ReadSettings(std::get<node::ConfigTrouble>(std::move(read)));
}

Outcome<ReadSettings> read_settings_file(const std::filesystem::path& path) {
    const auto files = read_files({path}, true);
    if (!files)
        return files.failure();
    return node::read_config(*files, node::environment_value);
}

Failure failure_from_trouble(const node::ConfigTrouble& trouble) {
    std::string where;
    if (trouble.place)
        where = trouble.place->file + ":" + std::to_string(trouble.place->line) + ":" +
                std::to_string(trouble.place->column) + ": ";
    return {
        where + trouble.sentence,
        trouble.place ? "correct that line; an empty file works as well."
                      : "correct the setting, or take it out of the environment.",
        ExitCode::bad_configuration,
        "settings.unreadable"};
}

} // namespace staffroom::cli
