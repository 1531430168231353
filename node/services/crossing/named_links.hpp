// The links that a header names among its readers, of those that this node knows: a header has only
// marks, which nobody can read who does not know the link [A5]. Called by publishing and by the
// handlers of records.
#pragma once

#include "protocol/log/entry.hpp"
#include "protocol/replica/ports/status.hpp"

#include <vector>

namespace staffroom::services {

/// In the order of `known`; each link once, though this school be in both its networks.
[[nodiscard]] std::vector<replica::LinkStatus>
links_named(const log::EntryHeader& header, const std::vector<replica::LinkStatus>& known);

} // namespace staffroom::services
