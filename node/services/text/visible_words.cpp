#include "node/services/text/visible_words.hpp"

#include "protocol/base/bytes.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

struct Character {
    utf8proc_int32_t code; // negative: no UTF-8
    std::size_t bytes;
};

/// Returns the first character of a text that is not empty.
Character first_character(std::string_view text) {
    utf8proc_int32_t code = -1;
    const ByteView bytes = as_view(text);
    const auto length = utf8proc_iterate(
        bytes.data(), static_cast<utf8proc_ssize_t>(std::min<std::size_t>(bytes.size(), 4)), &code
    );
    if (length <= 0)
        return {-1, 1};
    return {code, static_cast<std::size_t>(length)};
}

/// Returns the bytes of the last character; 1 where they are no UTF-8.
std::size_t last_character_bytes(std::string_view text) {
    for (std::size_t bytes = 1; bytes <= std::min<std::size_t>(4, text.size()); ++bytes) {
        const auto lead = static_cast<unsigned char>(text[text.size() - bytes]);
        if ((lead & 0xC0U) != 0x80U)
            return first_character(text.substr(text.size() - bytes)).bytes == bytes ? bytes : 1;
    }
    return 1;
}

/// Characters that are letters and symbols by their category, and yet nothing on paper: fillers,
/// the empty Braille cell.
constexpr std::array<utf8proc_int32_t, 6> blank_letters{
    0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x1D159};

bool is_mark(utf8proc_category_t category) {
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

bool is_seen(utf8proc_int32_t code) {
    if (code < 0)
        return true;
    if (std::ranges::find(blank_letters, code) != blank_letters.end())
        return false;
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS: return false;
    default: return true;
    }
}

} // namespace

bool has_visible(std::string_view text) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (is_seen(character.code) &&
            (character.code < 0 || !is_mark(utf8proc_category(character.code))))
            return true;
        text.remove_prefix(character.bytes);
    }
    return false;
}

std::string_view trimmed_to_visible(std::string_view text) {
    while (!text.empty()) {
        const Character character = first_character(text);
        if (is_seen(character.code))
            break;
        text.remove_prefix(character.bytes);
    }
    while (!text.empty()) {
        const std::size_t bytes = last_character_bytes(text);
        if (is_seen(first_character(text.substr(text.size() - bytes)).code))
            break;
        text.remove_suffix(bytes);
    }
    return has_visible(text) ? text : std::string_view{};
}

std::string one_line(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n\v\f";
    text = trimmed_to_visible(text);
    std::string line;
    while (!text.empty()) {
        const std::size_t run = std::min(text.find_first_not_of(spaces), text.size());
        const std::string_view space = text.substr(0, run);
        line += space.find_first_not_of(' ') == std::string_view::npos ? space : " ";
        text.remove_prefix(run);
        const auto end = std::ranges::find_if(text, [&](char c) {
            return c == ' ' || (c >= '\t' && c <= '\r');
        });
        const auto word = static_cast<std::size_t>(end - text.begin());
        line += text.substr(0, word);
        text.remove_prefix(word);
    }
    return line;
}

} // namespace staffroom::services
