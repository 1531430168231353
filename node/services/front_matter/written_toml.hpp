// Front matter between +++ lines, as a tree of values. Called by
// services/front_matter/written_fields.
#pragma once

#include "node/services/front_matter/written_value.hpp"

namespace staffroom::services {

/// Reads a TOML map. Nothing: it is not readable as TOML 1.0.
[[nodiscard]] std::optional<ValueTree> read_toml_map(std::string_view toml);

} // namespace staffroom::services
