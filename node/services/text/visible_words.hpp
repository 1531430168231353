// The characters that a person sees, by Unicode's categories (utf8proc), and texts without
// invisible ones around them. A document of no-break spaces has no words. Called wherever a
// person's text becomes part of a record.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::services {

/// Tells whether any character of a UTF-8 text can be seen. Spaces, controls, format characters,
/// fillers and marks that stand on nothing cannot.
[[nodiscard]] bool has_visible(std::string_view text);

/// Returns a text without invisible characters at both ends. Bytes that are no UTF-8 stay.
[[nodiscard]] std::string_view trimmed_to_visible(std::string_view text);

/// Returns a text trimmed and on one line: each run of white space that holds a line end or a tab
/// is one space.
[[nodiscard]] std::string one_line(std::string_view text);

} // namespace staffroom::services
