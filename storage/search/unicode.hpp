// Unicode's own tables, by libutf8proc, for whoever compares or shows words: one form of a letter,
// words that count as the same, columns on a terminal. Bytes that are not UTF-8 stay as they are.
// Pure. Not here: where words begin and end (storage/search/search_words).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace staffroom::storage {

/// The same text in normalization form C.
[[nodiscard]] std::string nfc(std::string_view text);

/// What two spellings of one word have in common: compatibility forms and case are gone (NFKC with
/// case folding), and accents, points of Hebrew and Arabic, and whatever cannot be seen. Letters
/// that many keyboards lack are the plain ones, digits those of ASCII.
[[nodiscard]] std::string fold(std::string_view text);

/// How many columns of a terminal the text takes; control characters take none.
[[nodiscard]] std::size_t width(std::string_view text);

/// Of a UTF-8 sequence only the first byte counts.
[[nodiscard]] inline bool begins_code_point(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// What a character is to a word.
enum class WordPart {
    none,   // stands between words
    letter, // or a digit
    solo,   // a letter of a script that leaves no space between words
    mark,   // belongs to what stands before it
    unseen, // as if it were not there: soft hyphens, joiners, selectors
};
[[nodiscard]] WordPart word_part(std::int32_t code_point);

/// One character and how many bytes it takes; -1 for one byte that is not UTF-8.
struct CodePoint {
    std::int32_t value;
    std::size_t bytes;
};
/// `text` is not empty.
[[nodiscard]] CodePoint first_code_point(std::string_view text);

} // namespace staffroom::storage
