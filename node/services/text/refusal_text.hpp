// The words for the author of a refused record: everything that is wrong, and the step that mends
// it. Called by preparation.
#pragma once

#include "protocol/records/rules.hpp"

#include <string>
#include <vector>

namespace staffroom::services {

/// Returns everything that is wrong, each in its sentence; then all that is absent in one.
[[nodiscard]] std::string
sentence_of(const std::vector<records::Problem>& problems, records::Reach reach);

/// Returns the next step. An option of the command line is not in the file, so a missing --about is
/// no fault of it. `is_wrong`: something is not merely absent; `is_shared`: others read the record
/// already.
[[nodiscard]] std::string
next_step(const std::vector<records::Problem>& problems, bool is_wrong, bool is_shared);

} // namespace staffroom::services
