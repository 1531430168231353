// A Markdown file to fill in, one for each kind and, of write-ups, each form: front matter with the
// values that each field takes and the reach from which it is asked for, headings with a question
// under each. Made from the tables and rules of protocol/records by asking them, so that it cannot
// drift. Not here: the questions (records/kind_facts). Pure; called by the commands template and
// new.
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/records/fields.hpp"

#include <string>
#include <string_view>

namespace staffroom::services {

/// Makes a template. `form` is one of a write-up's (empty: write-up) and empty for other kinds. A
/// file that is published as it is names all that is missing. Errors: not_allowed (a kind that is
/// not written here), unknown_value (the form), invalid_input (a form for a kind that has none).
[[nodiscard]] Result<std::string> record_template(records::RecordKind kind, std::string_view form);

/// Whether such a form, on paper or in a page, has a place for the field. `form` as above.
[[nodiscard]] bool
offers_field(const records::FieldFacts& facts, records::RecordKind kind, std::string_view form);
/// The English heading of a section, and what a field is called beside it.
[[nodiscard]] std::string heading_of(const records::FieldFacts& facts);

} // namespace staffroom::services
