// Front matter as people and other programs write it: YAML, TOML or JSON, with colons in titles,
// quotes that never close, tabs, curly quotes, names given twice, values inside values. A part that
// cannot be read costs only itself, and is named. Not here: what a name means
// (services/records/record_fields). Called by services/records/record_file.
#pragma once

#include "node/services/front_matter/front_matter.hpp"

namespace staffroom::services {

struct WrittenFields {
    std::vector<FrontMatterField> fields; // in the order written, each name once
    std::vector<std::string> notes;       // sentences for the person
};

/// Reads a block and never fails: a record keeps its front matter whole, whatever of it is
/// understood.
[[nodiscard]] WrittenFields
read_written_fields(const SplitFile& split, const FrontMatterBounds& bounds = written_bounds);

} // namespace staffroom::services
