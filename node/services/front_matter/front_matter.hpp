// The block at the head of a Markdown file: cut off exactly, and read strictly (libyaml, event
// API). Scalars and flat lists only; anchors, tags, aliases and nesting are refused with their
// line: this is how an export is read back. Not here: front matter as people write it
// (services/front_matter/written_fields), what a key means (services/records/record_fields).
#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

enum class FrontMatterSyntax {
    none, // all text
    yaml, // from --- or ---yaml to --- or ...
    toml, // from +++ to +++, or from ---toml to ---
    json, // from a line { to a line }; from ---json to ---, from ;;; to ;;;
};

/// The parts of a file as views into it; opening, front_matter, closing and text joined are the
/// file again, byte for byte.
struct SplitFile {
    std::string_view
        opening; // byte order mark, blank lines, the first fence; empty: no front matter
    std::string_view front_matter; // between the lines
    std::string_view closing;      // the second fence with its line end
    std::string_view text;
    FrontMatterSyntax syntax = FrontMatterSyntax::none;
};

/// Splits off front matter. A file that begins with a block between two fences has front matter if
/// the block has names and values. A rule, a paragraph and another rule are text, and so is a block
/// that never ends.
[[nodiscard]] SplitFile split_front_matter(std::string_view file);

/// Returns how many bytes of a text are a head of remarks only, "# Do not remove." between two
/// fences: it stays text, since it may be a heading between rules, and is no title. 0: none.
[[nodiscard]] std::size_t remarks_at_head(std::string_view text);

/// Tells whether a file begins as front matter does and has no line that closes it.
[[nodiscard]] bool has_unclosed_front_matter(std::string_view file);

struct FrontMatterField {
    std::string key;
    std::vector<std::string> values; // one for a scalar; none for an empty one
    bool is_list;
    std::size_t line;       // in the file, from 1
    bool is_unread = false; // it says more than words and lists of words; never from strict reading
};

struct FrontMatterBounds {
    std::size_t bytes_max;
    std::size_t list_values_max;
    std::size_t lines_before; // in the file, for messages
};
/// The bounds of front matter that a person writes; the --- line stands before it.
inline constexpr FrontMatterBounds written_bounds{limits::front_matter_bytes_max, 100, 1};

/// Reads the fields strictly, in the order written. Errors: too_large, invalid_input (the detail is
/// a sentence with the line).
[[nodiscard]] Result<std::vector<FrontMatterField>>
parse_front_matter(std::string_view yaml, const FrontMatterBounds& bounds = written_bounds);

} // namespace staffroom::services
