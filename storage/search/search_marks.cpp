#include "storage/search/search_marks.hpp"

#include "storage/search/unicode.hpp"

#include <algorithm>

namespace staffroom::storage {
namespace {

bool is_white(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

} // namespace

MarkedText read_marks(std::string_view text) {
    MarkedText out;
    std::size_t code_points = 0;
    bool is_marking = false;
    bool owes_space = false;
    for (const char c : text) {
        if (is_white(c)) {
            owes_space = !out.text.empty();
            continue;
        }
        if (c == mark_end) {
            if (is_marking)
                out.marks.back().end = code_points;
            is_marking = false;
            continue;
        }
        if (owes_space) {
            out.text += ' ';
            ++code_points;
            owes_space = false;
        }
        if (c == mark_begin) {
            if (!is_marking)
                out.marks.push_back({code_points, code_points});
            is_marking = true;
            continue;
        }
        out.text += c;
        code_points += begins_code_point(c) ? 1U : 0U;
    }
    if (is_marking)
        out.marks.back().end = code_points;
    std::erase_if(out.marks, [](const Mark& mark) { return mark.begin == mark.end; });
    return out;
}

MarkedText bounded(MarkedText marked) {
    if (marked.text.size() <= snippet_bytes_max)
        return marked;
    const std::size_t first = marked.marks.empty() ? 0 : marked.marks.front().begin;
    MarkedText out;
    std::size_t point = 0;
    std::size_t begin = first; // no earlier than some characters before the mark
    constexpr std::size_t characters_before = 100;
    begin -= std::min(begin, characters_before);
    for (const char c : marked.text) {
        const bool begins = begins_code_point(c);
        if (begins && out.text.size() + 4 > snippet_bytes_max)
            break;
        point += begins ? 1U : 0U;
        if (point > begin)
            out.text += c;
    }
    for (const Mark& mark : marked.marks)
        if (mark.begin < point)
            out.marks.push_back({mark.begin - begin, std::min(mark.end, point) - begin});
    return out;
}

std::string bounded_title(std::string_view title) {
    std::size_t end = std::min(title.size(), hit_title_bytes_max);
    while (end > 0 && end < title.size() && !begins_code_point(title[end]))
        --end;
    return std::string(title.substr(0, end));
}

std::string without_controls(std::string_view text) {
    std::string out(text);
    std::ranges::replace_if(
        out,
        [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return (byte < 0x20 || byte == 0x7F) && !is_white(c);
        },
        ' '
    );
    return out;
}

} // namespace staffroom::storage
