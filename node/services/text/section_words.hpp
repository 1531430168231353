// The words of one section of a record, wherever its author has put them. Called by what tells a
// record again: services/lineage.
#pragma once

#include "protocol/records/body.hpp"

#include <string>

namespace staffroom::services {

/// Returns the words of a section under its heading, without the space around them, or the same
/// words given as a value.
[[nodiscard]] std::string section_words(const records::RecordBody& body, records::FieldCode code);

} // namespace staffroom::services
