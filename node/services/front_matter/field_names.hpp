// The names that stand before a colon in front matter: ours, and those that other programs write.
// Only names; what a value means is record_fields' business. Called where front matter is told from
// text, and where its values are looked up.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns one spelling of a name: "Year groups", "year_groups" and "YEAR-GROUPS" are one name.
[[nodiscard]] std::string canonical_name(std::string_view written);

/// Tells whether the name is a part of the envelope that a record file may state, in any spelling.
[[nodiscard]] bool is_envelope_name(std::string_view canonical);

/// Tells whether a kind of ours, a relation, or a program that writes front matter knows the name.
[[nodiscard]] bool is_known_name(std::string_view canonical);

} // namespace staffroom::services
