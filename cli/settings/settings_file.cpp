#include "cli/settings/settings_file.hpp"

#include "cli/files/text_file.hpp"
#include "node/base/environment.hpp"

namespace staffroom::cli {

Outcome<std::variant<node::LoadedConfig, node::ConfigTrouble>>
read_settings(const std::filesystem::path& path, bool must_exist) {
    constexpr std::size_t settings_bytes_max = 1U << 20U;
    std::string text;
    std::error_code error;
    if (must_exist || std::filesystem::exists(path, error) || error) {
        auto read = read_bytes(path, settings_bytes_max);
        if (!read)
            return read.failure();
        text = std::move(*read);
    }
    return node::read_config(text, node::environment_value);
}

Failure
failure_from_trouble(const node::ConfigTrouble& trouble, const std::filesystem::path& path) {
    std::string where;
    if (trouble.place)
        where = path.string() + ":" + std::to_string(trouble.place->line) + ":" +
                std::to_string(trouble.place->column) + ": ";
    return {
        where + trouble.sentence,
        trouble.place ? "correct that line; an empty file works as well."
                      : "correct the setting, or take it out of the environment.",
        ExitCode::bad_configuration,
        "settings.unreadable"};
}

} // namespace staffroom::cli
