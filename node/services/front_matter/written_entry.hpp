// Front matter one name at a time, for blocks that are not readable as a whole: each name with the
// lines that belong to it, and the meaning of these. Called by
// services/front_matter/written_fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

struct WrittenEntry {
    std::string_view name;               // empty: a line that names nothing
    std::string_view rest;               // of its first line, behind the mark
    std::vector<std::string_view> lines; // all of them, with their ends
    std::size_t line;                    // the first one's number in the block, from 1
    bool is_stray = false;               // it stands further in than the name before it
};

/// Tells whether a name takes a sentence: "that goes on: here" may belong to it.
[[nodiscard]] bool takes_sentence(std::string_view canonical);

/// Splits a block into entries; `mark` stands between a name and its value: a colon, or an equals
/// sign.
[[nodiscard]] std::vector<WrittenEntry>
entries_of(const std::vector<std::string_view>& lines, char mark);

struct ReadEntry {
    std::vector<std::string> values;
    bool is_list = false;
    bool is_unread = false;
    bool is_unclosed = false;  // a quote begins and never ends
    bool is_open_list = false; // a bracket does
};

[[nodiscard]] ReadEntry read_entry(const WrittenEntry& entry, char mark);

struct Unquoted {
    std::string words;
    bool is_unclosed;
};

/// Returns the words of a value as written: trimmed, without quotes around all of it.
[[nodiscard]] Unquoted unquoted(std::string_view value);

/// Returns a value without curly quotes around all of it; quotes inside stay.
[[nodiscard]] std::string without_curly(std::string_view value);

[[nodiscard]] std::string_view without_line_end(std::string_view line);

} // namespace staffroom::services
