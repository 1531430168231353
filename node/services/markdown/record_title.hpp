// A title where a person gave none, or gave it with a line end in it: from headings, first words
// and file names. Called by services/records/record_envelope and services/markdown/sections.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns one line of words, without {#anchors} of other programs.
[[nodiscard]] std::string heading_title(std::string_view words);

/// Returns the words of the first <h1> in a piece of HTML; empty: there is none.
[[nodiscard]] std::string html_title(std::string_view html);

/// Returns Pandoc's "% Title" in the first line of a text; empty: there is none.
[[nodiscard]] std::string percent_title(std::string_view text);

/// Makes a title from the name of a file, or of its folder where the file is called as many are
/// (index, README). Empty: the path says nothing of the content of the file.
[[nodiscard]] std::string path_title(std::string_view path);

/// Returns the day in front of a file name such as 2024-05-03-snow-day.md; empty: there is none.
[[nodiscard]] std::string path_day(std::string_view path);

/// Returns the first words of a text, on one line.
[[nodiscard]] std::string words_title(std::string_view paragraph);

/// Shortens a text to at most `characters_max` code points, cut at a space where one is near, with
/// a mark of the cut.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t characters_max);

} // namespace staffroom::services
