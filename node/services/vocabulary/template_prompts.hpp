// The questions that stand under the headings of a template: what a colleague who visits would ask.
// Words only. Called by services/record_template.
#pragma once

#include "protocol/records/fields.hpp"

#include <string_view>

namespace staffroom::services {

/// The question for a section or free field; empty for a field whose name says it all.
[[nodiscard]] std::string_view template_prompt(records::FieldCode code);
/// The question for the text of a kind that has no sections; empty for the others.
[[nodiscard]] std::string_view template_prompt(records::RecordKind kind);

} // namespace staffroom::services
