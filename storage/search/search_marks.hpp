// Text with places in it to be marked: what the search engine gives as markers among the words
// becomes plain text beside ranges. Pure. Called by storage/search/search_index.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::storage {

/// Code points [begin, end) of a text.
struct Mark {
    std::size_t begin;
    std::size_t end;
    friend bool operator==(const Mark&, const Mark&) = default;
};

struct MarkedText {
    std::string text;
    std::vector<Mark> marks; // in order, apart from each other
};

/// They stand in no text of the index, since `without_controls` has been there first.
inline constexpr char mark_begin = '\x01';
inline constexpr char mark_end = '\x02';

/// Takes the markers out. Runs of white space become one space.
[[nodiscard]] MarkedText read_marks(std::string_view text);

/// A few words may be of any length: at most so many bytes of them, whole characters, around the
/// first mark.
inline constexpr std::size_t snippet_bytes_max = 1024;
[[nodiscard]] MarkedText bounded(MarkedText marked);

/// The beginning of a title that somebody made too long to be shown in a list.
inline constexpr std::size_t hit_title_bytes_max = 2048;
[[nodiscard]] std::string bounded_title(std::string_view title);

/// Every control character but line ends and tabs as a space.
[[nodiscard]] std::string without_controls(std::string_view text);

} // namespace staffroom::storage
