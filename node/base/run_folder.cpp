#include "node/base/run_folder.hpp"

#include "node/base/environment.hpp"
#include "protocol/base/text.hpp"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace staffroom::runtime {
namespace {

namespace fs = std::filesystem;

/// Tells whether a folder is ours and only ours to write; a link that somebody put there does not
/// count.
bool is_own_folder(const fs::path& folder) {
    struct stat facts {};
    return ::lstat(folder.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode) &&
           facts.st_uid == ::geteuid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool make_own_folder(const fs::path& folder) {
    // The call fails when the folder is there already, which is as good; its owner is what counts.
    static_cast<void>(::mkdir(folder.c_str(), S_IRWXU));
    return is_own_folder(folder) && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

/// Makes a file name for a path. It never leaves the machine, so the hash needs no label of the
/// protocol.
std::string name_for(const fs::path& data_folder) {
    const std::string path = data_folder.string();
    std::array<std::uint8_t, 16> hash{};
    const ByteView bytes = as_view(path);
    crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
    return to_base32(hash);
}

} // namespace

std::string read_boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string boot_id;
    std::getline(file, boot_id);
    return boot_id;
}

std::vector<fs::path> run_folder_candidates() {
    std::vector<fs::path> candidates;
    // One or several, separated by colons.
    if (const auto given = node::environment_value("RUNTIME_DIRECTORY"); given && !given->empty())
        candidates.emplace_back(given->substr(0, given->find(':')));
    candidates.emplace_back("/run/staffroom-" + std::to_string(::geteuid()));
    if (const auto user = node::environment_value("XDG_RUNTIME_DIR"); user && !user->empty())
        candidates.push_back(fs::path(*user) / "staffroom");
    return candidates;
}

std::optional<fs::path>
open_run_folder(const std::vector<fs::path>& candidates, const fs::path& data_folder) {
    std::error_code error;
    const fs::path canonical = fs::canonical(data_folder, error);
    if (error)
        return std::nullopt;
    for (const fs::path& candidate : candidates) {
        const fs::path folder = candidate / name_for(canonical);
        if (make_own_folder(candidate) && make_own_folder(folder))
            return folder;
    }
    return std::nullopt;
}

} // namespace staffroom::runtime
