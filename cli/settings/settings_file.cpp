#include "cli/settings/settings_file.hpp"

#include "cli/files/text_file.hpp"
#include "node/base/default_folder.hpp"
#include "node/base/environment.hpp"

namespace staffroom::cli {

namespace {

Outcome<ReadSettings> read_files(const std::vector<std::filesystem::path>& paths, bool must_exist) {
    constexpr std::size_t settings_bytes_max = 1U << 20U;
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
    return node::read_config(files, node::environment_value);
}

} // namespace

Outcome<ReadSettings> read_settings_of(const std::filesystem::path& folder) {
    return read_files(node::settings_files(folder), false);
}

Outcome<ReadSettings> read_settings_file(const std::filesystem::path& path) {
    return read_files({path}, true);
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
