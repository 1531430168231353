#include "node/services/pupil_details/words_around.hpp"

#include <algorithm>

namespace staffroom::pupil_details {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Bytes beyond ASCII belong to letters.
bool is_word_byte(char c) {
    const char small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80U;
}

/// An end mark before a space; a dot behind one letter is an initial's.
bool ends_sentence(std::string_view text, std::size_t at) {
    const char c = text[at];
    if (c != '.' && c != '!' && c != '?')
        return false;
    const bool is_before_space = at + 1 == text.size() || text[at + 1] == ' ';
    const bool is_initial = at >= 1 && text[at - 1] >= 'A' && text[at - 1] <= 'Z' &&
                            (at == 1 || !is_word_byte(text[at - 2]));
    return is_before_space && !is_initial;
}

} // namespace

std::string_view last_words(std::string_view text, std::size_t bytes_max) {
    const std::size_t least = text.size() - std::min(text.size(), bytes_max);
    std::size_t begin = text.size();
    while (begin > least && !ends_sentence(text, begin - 1))
        --begin;
    return text.substr(begin);
}

std::string_view first_words(std::string_view text, std::size_t bytes_max) {
    const std::size_t most = std::min(text.size(), bytes_max);
    std::size_t end = 0;
    while (end < most && !ends_sentence(text, end))
        ++end;
    return text.substr(0, end);
}

std::string_view sentence_around(const Hit& hit) {
    constexpr std::size_t before_max = 120;
    constexpr std::size_t after_max = 80;
    const std::size_t begin = hit.match.begin - last_words(hit.before(), before_max).size();
    const std::size_t end = hit.match.end + first_words(hit.after(), after_max).size();
    return hit.text.substr(begin, end - begin);
}

std::string_view last_word(std::string_view text) {
    std::size_t end = text.size();
    while (end > 0 && !is_word_byte(text[end - 1]))
        --end;
    std::size_t begin = end;
    while (begin > 0 && is_word_byte(text[begin - 1]))
        --begin;
    return text.substr(begin, end - begin);
}

std::string_view first_word(std::string_view text) {
    std::size_t begin = 0;
    while (begin < text.size() && !is_word_byte(text[begin]))
        ++begin;
    std::size_t end = begin;
    while (end < text.size() && is_word_byte(text[end]))
        ++end;
    return text.substr(begin, end - begin);
}

bool is_word_in(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view each) {
        return std::ranges::equal(word, each, [](char a, char b) { return lower(a) == b; });
    });
}

bool has_word_in(std::string_view text, std::span<const std::string_view> words) {
    while (!text.empty()) {
        const std::string_view word = first_word(text);
        if (word.empty())
            return false;
        if (is_word_in(word, words))
            return true;
        text.remove_prefix(static_cast<std::size_t>(word.data() - text.data()) + word.size());
    }
    return false;
}

} // namespace staffroom::pupil_details
