// Names and values as YAML (libyaml's emitter), in the shape that services/front_matter reads: a
// mapping of scalars and flat lists. Whatever the values hold, reading gives the same again. Called
// by the Markdown export.
#pragma once

#include "node/services/front_matter/front_matter.hpp"

#include <string>
#include <vector>

namespace staffroom::services {

/// Writes one line for each scalar and list value, ended by LF; empty for no fields. Values are
/// UTF-8.
[[nodiscard]] std::string to_yaml(const std::vector<FrontMatterField>& fields);

} // namespace staffroom::services
