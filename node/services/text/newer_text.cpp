#include "node/services/text/newer_text.hpp"

#include "node/services/text/file_names.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace staffroom::services {
namespace {

/// The number of times that each word stands in a text.
using WordCounts = std::map<std::string, std::size_t>;

std::vector<std::string> words_in(std::string_view text) {
    const std::string folded = folded_name(text);
    std::vector<std::string> words;
    std::string word;
    for (const char symbol : folded + " ") {
        const auto byte = static_cast<unsigned char>(symbol);
        const bool is_part = byte >= 0x80 || (byte >= 'a' && byte <= 'z') ||
                             (byte >= '0' && byte <= '9') || byte == '\'';
        if (is_part)
            word += symbol;
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

WordCounts counts_of(std::string_view text) {
    WordCounts counts;
    for (std::string& word : words_in(text))
        ++counts[std::move(word)];
    return counts;
}

/// Counts the words that one of both texts has more often than the other.
std::size_t words_apart(const WordCounts& a, const WordCounts& b) {
    std::size_t apart = 0;
    const auto count_in = [](const WordCounts& counts, const std::string& word) {
        const auto found = counts.find(word);
        return found == counts.end() ? std::size_t{0} : found->second;
    };
    for (const auto& [word, count] : a)
        apart += count - std::min(count, count_in(b, word));
    for (const auto& [word, count] : b)
        apart += count - std::min(count, count_in(a, word));
    return apart;
}

std::vector<std::string> sentences_in(std::string_view text) {
    std::vector<std::string> out;
    std::string sentence;
    const auto close = [&] {
        const std::size_t begin = sentence.find_first_not_of(" \t\r");
        const std::size_t end = sentence.find_last_not_of(" \t\r");
        if (begin != std::string::npos)
            out.push_back(sentence.substr(begin, end - begin + 1));
        sentence.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') {
            close();
            continue;
        }
        sentence += text[i];
        const bool ends = text[i] == '.' || text[i] == '!' || text[i] == '?';
        if (ends && i + 1 < text.size() && text[i + 1] == ' ')
            close();
    }
    close();
    return out;
}

std::set<std::string> folded_sentences(std::string_view text) {
    std::set<std::string> out;
    for (const std::string& sentence : sentences_in(text))
        out.insert(folded_name(sentence));
    return out;
}

} // namespace

std::vector<std::string>
lines_left_out(std::string_view file, std::string_view older, std::string_view newest) {
    const WordCounts wanted = counts_of(file);
    const bool is_nearer =
        words_apart(wanted, counts_of(older)) < words_apart(wanted, counts_of(newest));
    if (!is_nearer || !shares_something(file, older)) // a text of its own is nearer to none
        return {};
    const auto in_file = folded_sentences(file);
    const auto in_older = folded_sentences(older);
    std::vector<std::string> left_out;
    for (std::string& sentence : sentences_in(newest)) {
        const std::string folded = folded_name(sentence);
        if (!in_file.contains(folded) && !in_older.contains(folded))
            left_out.push_back(std::move(sentence));
    }
    return left_out;
}

bool shares_something(std::string_view a, std::string_view b) {
    constexpr std::size_t telling_words = 4;
    const auto in_a = folded_sentences(a);
    for (const std::string& sentence : folded_sentences(b))
        if (in_a.contains(sentence) && words_in(sentence).size() >= telling_words)
            return true;
    const WordCounts left = counts_of(a);
    const WordCounts right = counts_of(b);
    std::size_t common = 0;
    for (const auto& [word, count] : left)
        common += right.contains(word) ? 1U : 0U;
    // Two texts of one language share their small words: about a quarter of all in short ones.
    const std::size_t fewer = std::min(left.size(), right.size());
    return fewer == 0 || common * 2 >= fewer;
}

} // namespace staffroom::services
