#include "node/base/default_folder.hpp"

#include "node/base/environment.hpp"
#include "storage/files/node_folder.hpp"

#include <unistd.h>

namespace staffroom::node {
namespace {

constexpr const char* system_folder = "/var/lib/staffroom";
constexpr const char* machine_settings = "/etc/staffroom/staffroom.toml";

} // namespace

std::filesystem::path default_data_folder() {
    if (const auto named = environment_value("STAFFROOM_DATA"); named && !named->empty())
        return *named;
    if (::access(system_folder, R_OK | X_OK) == 0)
        return system_folder;
    // By the XDG base directory specification a relative path counts as none.
    const auto data_home = environment_value("XDG_DATA_HOME");
    if (data_home && data_home->starts_with('/'))
        return std::filesystem::path(*data_home) / "staffroom";
    const auto home = environment_value("HOME");
    if (home && home->starts_with('/'))
        return std::filesystem::path(*home) / ".local" / "share" / "staffroom";
    return {};
}

std::vector<std::filesystem::path> settings_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error; // a folder that is not there is not the machine's
    if (std::filesystem::equivalent(folder, system_folder, error))
        files.emplace_back(machine_settings);
    files.push_back(storage::settings_path(folder));
    return files;
}

} // namespace staffroom::node
