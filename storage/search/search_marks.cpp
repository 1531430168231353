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
