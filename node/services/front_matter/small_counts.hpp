// Counts of pupils from 1 to 5. A small count could point to a child, so beyond the school that
// counted it is shown and exported as "fewer than 6" [X1]. Not here: counts inside a text. Called
// wherever a record's fields leave the node.
#pragma once

#include "protocol/records/fields.hpp"

#include <string>
#include <string_view>

namespace staffroom::services {

/// Tells whether values of this field count pupils.
[[nodiscard]] bool counts_pupils(std::uint32_t field_code);

/// Returns the count as it may be read: unchanged at the record's own school, and for anything but
/// whole numbers from 1 to 5.
[[nodiscard]] std::string shown_count(std::string_view value, bool is_own_school);

/// Returns the same for a field of any kind: only counts of pupils change.
[[nodiscard]] std::string
shown_value(std::uint32_t field_code, std::string_view value, bool is_own_school);

/// Returns a front matter as it may be read: byte for byte as written unless it has such a count,
/// which is replaced and the whole written anew. One that cannot be read and names the field is
/// left out.
[[nodiscard]] std::string shown_front_matter(const std::string& written, bool is_own_school);

} // namespace staffroom::services
