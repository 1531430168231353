// The shape of a Markdown text: headings as byte ranges of the exact text, the first heading and
// paragraph, and relative files that it refers to. The publisher's node finds them with cmark-gfm
// (core only) and writes them into the body, so that protocol/ never reads Markdown. Not here:
// HTML.
#pragma once

#include "node/services/markdown/file_references.hpp"
#include "protocol/records/body.hpp"

#include <string>
#include <vector>

namespace staffroom::services {

struct TextShape {
    std::vector<records::Section> sections;
    std::string first_heading;        // the first of level 1, else the first; empty: none
    std::string first_paragraph;      // plain words, at most `paragraph_bytes_max` bytes
    std::vector<FileReference> files; // each path once, in order
    std::vector<FileReference> pages; // other texts that it links to
};

inline constexpr std::size_t paragraph_bytes_max = 4096;

/// Reads the shape of `text`, which is UTF-8 without NUL. A section reaches to the next heading of
/// its level or a higher one; headings inside quotes and lists are not sections, and neither is a
/// heading with nothing but comments and blank lines below it. Errors: too_large (256 KiB).
[[nodiscard]] Result<TextShape> read_shape(std::string_view text, records::RecordKind kind);

} // namespace staffroom::services
