// The block between two --- lines at the head of a Markdown file: cut off exactly, and read
// (libyaml, event API). Scalars and flat lists only; anchors, tags, aliases and nesting are refused
// with their line. Not here: what a key means (services/record_file, the only caller).
#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

/// Views into the file; opening, front_matter, closing and text joined are the file again, byte for
/// byte.
struct SplitFile {
    std::string_view
        opening; // a byte order mark, if any, and the first --- line; empty: no front matter
    std::string_view front_matter; // between the lines
    std::string_view closing;      // the second --- line with its line end
    std::string_view text;
};

/// A file whose first line is --- and that has a second such line has front matter; any other is
/// all text.
[[nodiscard]] SplitFile split_front_matter(std::string_view file);

struct FrontMatterField {
    std::string key;
    std::vector<std::string> values; // one for a scalar; none for an empty one
    bool is_list;
    std::size_t line; // in the file, from 1
};

struct FrontMatterBounds {
    std::size_t bytes_max;
    std::size_t list_values_max;
    std::size_t lines_before; // in the file, for messages
};
/// Of what a person writes; the --- line stands before it.
inline constexpr FrontMatterBounds written_bounds{limits::front_matter_bytes_max, 100, 1};

/// In the order written. Errors: too_large, invalid_input (the detail is a sentence with the line).
[[nodiscard]] Result<std::vector<FrontMatterField>>
parse_front_matter(std::string_view yaml, const FrontMatterBounds& bounds = written_bounds);

} // namespace staffroom::services
