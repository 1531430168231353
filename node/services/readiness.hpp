// Whether this node can do its work now, and if not, the one reason that comes first. Says nothing
// of neighbours: a node without any is ready. Called by /readyz and the metrics.
#pragma once

#include "node/services/services.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace staffroom::services {

struct NotReady {
    std::string code; // stable: "node.starting", "disk.low", "store.damaged" ...
    std::string sentence;
    std::string next;
};

/// Nothing: ready. Reads the free space of the disk, which costs microseconds.
[[nodiscard]] std::optional<NotReady> not_ready(const Services& services);

/// Bytes that this user may still write where the store stands; nothing when the system does not
/// say.
[[nodiscard]] std::optional<std::uint64_t> free_disk_bytes(const Services& services);

} // namespace staffroom::services
