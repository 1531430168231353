// The texts that people type for a record: its id, the beginning of the id, ID@2, or its whole
// title. Called by every command that takes an ID.
#pragma once

#include "cli/client/client.hpp"

#include <string>

namespace staffroom::cli {

/// Returns the id as the node takes it. A title that one record here has is as good as its id; for
/// any other word the failure names the record that was most likely meant. Failures: those of the
/// node, a name that is none.
[[nodiscard]] Outcome<std::string> record_id(Client& client, const std::string& typed);

} // namespace staffroom::cli
