#include "cli/settings/folder_owner.hpp"

#include "storage/files/broken_restore.hpp"
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

std::optional<Failure> check_whole_folder(const std::filesystem::path& folder) {
    const auto rest = storage::find_broken_restore(folder);
    if (!rest)
        return std::nullopt;
    return Failure{
        storage::no_school_sentence(folder),
        storage::broken_restore_step(folder, *rest) + ".",
        ExitCode::bad_configuration,
        "folder.half-restored"};
}

Failure
failure_of_folder(const Error& error, const std::filesystem::path& folder, std::string_view what) {
    if (auto failure = check_whole_folder(folder))
        return *failure;
    Failure failure = failure_from_error(error, what);
    if (error.code == Errc::not_found)
        failure.next = storage::first_steps(folder) + ".";
    return failure;
}

} // namespace staffroom::cli
