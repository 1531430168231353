// What can be said of a data folder from its files alone: who may read the keys, whether it can be
// written, room on its disk, whether the clock fits. True of a running and of a stopped node.
// Called by services/health and by the command line's checks of a stopped node.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace staffroom::services {

/// One thing that was looked at. `code` is stable: it names the fault that is absent while ok.
struct HealthCheck {
    std::string code;     // e.g. "disk.low"
    bool ok;              // false: needs attention
    std::string sentence; // for a person
    std::string next;     // the one next step, beginning with a verb; empty while ok
};

[[nodiscard]] HealthCheck healthy(std::string code, std::string sentence);
[[nodiscard]] HealthCheck faulty(std::string code, std::string sentence, std::string next);

/// folder.keys-exposed, folder.writable, disk.low, clock. Blocks on the disk; changes nothing but
/// a probe file. `low_mib`: less free space than this is a fault.
[[nodiscard]] std::vector<HealthCheck>
check_folder_files(const std::filesystem::path& folder, std::uint64_t low_mib);

} // namespace staffroom::services
