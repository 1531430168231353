#include "cli/settings/folder_owner.hpp"

#include "storage/files/node_folder.hpp"

namespace staffroom::cli {

std::optional<Failure>
check_folder_owner(const std::filesystem::path& folder, std::string_view command) {
    const auto ours = storage::check_ownership(folder);
    if (ours)
        return std::nullopt;
    const auto of_keys = storage::owner_name(storage::keys_path(folder));
    const auto owner = of_keys.empty() ? storage::owner_name(folder) : of_keys;
    const std::string data = " --data " + folder.string() + " " + std::string(command);
    std::string next = "run `sudo -u " + owner + " staffroom" + data + "`.";
    if (owner == storage::own_user_name())
        next = "run `chmod 700 " + folder.string() + "`, then `staffroom" + data + "`.";
    return Failure{ours.error().detail, std::move(next), ExitCode::failed, "folder.owner"};
}

} // namespace staffroom::cli
