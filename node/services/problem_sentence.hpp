// All that is wrong with a record as one text for a person. Called by services/preparation.
#pragma once

#include "protocol/records/rules.hpp"

#include <string>
#include <vector>

namespace staffroom::services {

/// What is wrong, each in its sentence; then all that is absent in one.
[[nodiscard]] std::string
sentence_of(const std::vector<records::Problem>& problems, records::Reach reach);

} // namespace staffroom::services
