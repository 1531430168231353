// The health of a data folder from its files alone: whose it is, who may read the keys, whether it
// can be written, room on its disk, whether the clock fits. It holds for a running and for a
// stopped node. Called by services/verdict and by the command line's checks of a stopped node.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace staffroom::services {

/// The level of a check. trouble: something that a person can mend now. note: good to know, and
/// nothing to mend.
enum class Level { ok, note, trouble };

[[nodiscard]] std::string_view level_name(Level level);

/// One check. `code` is stable: it names the fault that is absent while ok.
struct HealthCheck {
    std::string code; // e.g. "disk.low"
    Level level;
    std::string sentence;    // for a person
    std::string next;        // the one next step, beginning with a verb; empty while ok
    bool stops_work = false; // the node cannot do what it is there for: /readyz says so too

    [[nodiscard]] bool is_trouble() const { return level == Level::trouble; }
};

/// Returns the worst level, `ok` of no checks.
[[nodiscard]] Level worst_of(const std::vector<HealthCheck>& checks);

[[nodiscard]] HealthCheck healthy(std::string code, std::string sentence);
/// Makes a note; `next` may be empty.
[[nodiscard]] HealthCheck noted(std::string code, std::string sentence, std::string next);
[[nodiscard]] HealthCheck faulty(std::string code, std::string sentence, std::string next);

/// Makes the checks folder.owner, folder.keys-exposed, folder.writable, disk.low, clock. Blocks on
/// the disk; changes nothing but a probe file. `low_mib`: less free space than this is a fault.
[[nodiscard]] std::vector<HealthCheck>
check_folder_files(const std::filesystem::path& folder, std::uint64_t low_mib);

} // namespace staffroom::services
