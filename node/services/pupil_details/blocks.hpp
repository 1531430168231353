// A Markdown file as blocks that the pupil-detail patterns can read: hard-wrapped lines joined,
// spaces single, quotes and dashes straight, emphasis and web addresses gone. Not here: the
// patterns (pupil_details/rules). Called by pupil_details/scanner.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace staffroom::pupil_details {

struct Block {
    std::string text;
    // Where each line of the file begins in `text`, and its number from 1.
    std::vector<std::pair<std::size_t, std::size_t>> lines;

    [[nodiscard]] std::size_t line_at(std::size_t offset) const;
};

/// A line of the file, without its end.
struct Line {
    std::string_view text;
    std::size_t number; // from 1
};

[[nodiscard]] std::vector<Line> lines_of(std::string_view file);
/// Blank lines and lines of front matter that say who wrote, and when, are in no block.
[[nodiscard]] std::vector<Block> blocks_of(const std::vector<Line>& lines);
/// One line made plain, for a value that stands alone.
[[nodiscard]] std::string plain(std::string_view line);

} // namespace staffroom::pupil_details
