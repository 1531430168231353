// The one verdict on a running node, which status, doctor, /readyz and the metrics all report.
// Gathers the findings of the disk, the folder, the core and the settings; judges nothing twice.
// Called by the handlers of http/api/api_doctor, api_status and api_monitor.
#pragma once

#include "node/services/health/folder_health.hpp"
#include "node/services/services.hpp"

#include <optional>

namespace staffroom::services {

/// The findings that have to be read from the disk, on a thread that may wait.
struct DiskFindings {
    std::vector<HealthCheck> folder;
    DamageBook::Damage damage;
};
[[nodiscard]] DiskFindings look_at_disk(const Services& services);

/// Makes every check, the disk first. Call it on the network thread.
[[nodiscard]] std::vector<HealthCheck>
all_checks(const Services& services, const DiskFindings& findings);

/// Returns why this node cannot do its work now, the first reason; a node without neighbours can.
/// Nothing: ready. Costs microseconds.
[[nodiscard]] std::optional<HealthCheck> not_ready(const Services& services);

/// Returns the bytes that this user may still write where the store stands; nothing when the system
/// does not say.
[[nodiscard]] std::optional<std::uint64_t> free_disk_bytes(const Services& services);

} // namespace staffroom::services
