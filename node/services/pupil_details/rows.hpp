// The patterns of the pupil-detail rules as data, one row each: a new phrasing is a new row, a new
// idea a new rule. Not here: how a text is cut up and read (pupil_details), what a pattern cannot
// say (pupil_details/checks). Called by pupil_details.
#pragma once

#include "node/services/pupil_details/checks.hpp"

#include <span>
#include <string_view>

namespace staffroom::pupil_details {

enum class Language { any, english, welsh };

struct PatternRow {
    std::string_view rule;
    Language language;
    std::string_view pattern; // {WORD} stands for a row of `word_rows`
    Check check = nullptr;    // null: whatever the pattern finds counts
};

/// Parts that several patterns share.
struct WordRow {
    std::string_view name;
    std::string_view pattern;
};

[[nodiscard]] std::span<const WordRow> word_rows();
/// Looked for in blocks of prose (pupil_details/blocks): numbers, dates and addresses; names; what
/// is told of a few children.
[[nodiscard]] std::span<const PatternRow> number_rows();
[[nodiscard]] std::span<const PatternRow> name_rows();
[[nodiscard]] std::span<const PatternRow> child_rows();
/// Looked for in the names of files, their separators as spaces.
[[nodiscard]] std::span<const PatternRow> file_name_rows();

} // namespace staffroom::pupil_details
