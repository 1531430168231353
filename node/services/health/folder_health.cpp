#include "node/services/health/folder_health.hpp"

#include "storage/files/node_folder.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>

namespace staffroom::services {
namespace {

HealthCheck check_exposure(const std::filesystem::path& folder) {
    constexpr const char* code = "folder.keys-exposed";
    const auto keys = storage::keys_path(folder).string();
    struct stat facts {};
    if (::stat(keys.c_str(), &facts) == 0 && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return faulty(
            code,
            "Other users of this machine can read " + keys + ".",
            "run `chmod 600 " + keys + "`."
        );
    return healthy(code, "Nobody else on this machine can read the keys.");
}

/// Checks the owners. A file that another user made, as root does who starts the node once by hand,
/// is closed to the node. The first one found is named.
HealthCheck check_owners(const std::filesystem::path& folder) {
    constexpr const char* code = "folder.owner";
    struct stat facts {};
    if (::stat(storage::keys_path(folder).c_str(), &facts) != 0)
        return healthy(code, "There is no school here yet, so the folder is nobody's.");
    const uid_t owner = facts.st_uid;
    const std::string name = storage::owner_name(storage::keys_path(folder));
    const std::string heal = "run `chown -R " + name + " " + folder.string() + "` as root.";
    const auto foreign = [&](const std::filesystem::path& path) {
        struct stat about {};
        return ::lstat(path.c_str(), &about) == 0 && about.st_uid != owner;
    };
    const auto tell = [&](const std::filesystem::path& path) {
        return faulty(
            code,
            path.string() + " belongs to " + storage::owner_name(path) + ", and the school to " +
                name + ", whose node cannot use it.",
            heal
        );
    };
    if (foreign(folder))
        return tell(folder);
    if (::stat(folder.c_str(), &facts) == 0 && (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return faulty(
            code,
            "Other users of this machine may write in " + folder.string() + ".",
            "run `chmod 700 " + folder.string() + "`."
        );
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator file(folder, error), end;
         !error && file != end;
         file.increment(error))
        if (foreign(file->path()))
            return tell(file->path());
    return healthy(code, "Everything in the folder belongs to " + name + ".");
}

HealthCheck check_writing(const std::filesystem::path& folder) {
    constexpr const char* code = "folder.writable";
    const auto written = storage::check_writable(folder);
    if (written)
        return healthy(code, "The folder can be written to.");
    if (written.error().code == Errc::disk_full)
        return faulty(
            "disk.full",
            "The disk of " + folder.string() + " is full: not one file more can be made.",
            "free space on that disk, or move the data folder to a larger one."
        );
    return faulty(
        code,
        written.error().detail.empty() ? "The folder " + folder.string() + " cannot be written to."
                                       : written.error().detail,
        "give the node's user the right to write in " + folder.string() + "."
    );
}

HealthCheck check_room(const std::filesystem::path& folder, std::uint64_t low_mib) {
    constexpr const char* code = "disk.low";
    constexpr std::uint64_t mib = 1'048'576;
    std::error_code error;
    const auto space = std::filesystem::space(folder, error);
    if (error)
        return faulty(
            code,
            "How much room the disk of " + folder.string() +
                " has cannot be found out: " + error.message() + ".",
            "check that the disk is there and mounted."
        );
    const std::uint64_t free_mib = space.available / mib;
    const std::string sentence =
        "The disk of " + folder.string() + " has " + std::to_string(free_mib) + " MiB free.";
    if (free_mib >= low_mib)
        return healthy(code, sentence);
    return faulty(
        code,
        sentence,
        "free space until " + std::to_string(low_mib) +
            " MiB are left, or move the data folder to a larger disk."
    );
}

/// Checks the clock. The keys' date is a moment in the past of which a node without neighbours can
/// be sure.
HealthCheck check_clock(const std::filesystem::path& folder) {
    constexpr const char* code = "clock";
    constexpr auto slack = std::chrono::hours(1);
    constexpr auto long_ago = std::chrono::hours(24 * 365 * 30);
    struct stat facts {};
    if (::stat(storage::keys_path(folder).c_str(), &facts) != 0)
        return healthy(code, "There is nothing to compare the clock with.");
    const auto made = std::chrono::system_clock::from_time_t(facts.st_mtime);
    const auto now = std::chrono::system_clock::now();
    if (now + slack < made || made + long_ago < now)
        return faulty(
            code,
            "This machine's clock is wrong: it does not fit the date on which the school was made.",
            "set the clock, for example with `timedatectl set-ntp true`."
        );
    return healthy(code, "The clock is plausible.");
}

} // namespace

std::string_view level_name(Level level) {
    switch (level) {
    case Level::ok: return "ok";
    case Level::note: return "note";
    case Level::trouble: return "trouble";
    }
    return "";
}

Level worst_of(const std::vector<HealthCheck>& checks) {
    Level worst = Level::ok;
    for (const HealthCheck& check : checks)
        worst = std::max(worst, check.level);
    return worst;
}

HealthCheck healthy(std::string code, std::string sentence) {
    return {std::move(code), Level::ok, std::move(sentence), {}};
}

HealthCheck noted(std::string code, std::string sentence, std::string next) {
    return {std::move(code), Level::note, std::move(sentence), std::move(next)};
}

HealthCheck faulty(std::string code, std::string sentence, std::string next) {
    return {std::move(code), Level::trouble, std::move(sentence), std::move(next)};
}

std::vector<HealthCheck>
check_folder_files(const std::filesystem::path& folder, std::uint64_t low_mib) {
    return {
        check_owners(folder),
        check_exposure(folder),
        check_writing(folder),
        check_room(folder, low_mib),
        check_clock(folder)};
}

} // namespace staffroom::services
