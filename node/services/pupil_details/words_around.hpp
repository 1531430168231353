// Looking at the words beside a match: the last ones before it, the sentence that it stands in.
// ASCII case is ignored. Called by the checks of the pupil-detail rules.
#pragma once

#include "node/services/pupil_details/checks.hpp"

#include <span>

namespace staffroom::pupil_details {

/// The end of `text`, at most so many bytes, from the beginning of its last sentence on.
[[nodiscard]] std::string_view last_words(std::string_view text, std::size_t bytes_max);
/// The beginning of `text`, at most so many bytes, to the end of its first sentence.
[[nodiscard]] std::string_view first_words(std::string_view text, std::size_t bytes_max);
/// From at most 120 bytes before the match to at most 80 behind it, within one sentence.
[[nodiscard]] std::string_view sentence_around(const Hit& hit);
/// The last word of `text`, without what follows it; empty when there is none.
[[nodiscard]] std::string_view last_word(std::string_view text);
[[nodiscard]] std::string_view first_word(std::string_view text);
/// Whether `word` is one of `words`, which are lower case.
[[nodiscard]] bool is_word_in(std::string_view word, std::span<const std::string_view> words);
/// Whether a word of `text` is one of `words`.
[[nodiscard]] bool has_word_in(std::string_view text, std::span<const std::string_view> words);

} // namespace staffroom::pupil_details
