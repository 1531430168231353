#include "storage/search/unicode.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace staffroom::storage {
namespace {

struct Range {
    std::int32_t first;
    std::int32_t last;
};

bool is_in(std::int32_t code_point, std::span<const Range> ranges) {
    const auto after = std::ranges::upper_bound(ranges, code_point, {}, &Range::first);
    return after != ranges.begin() && code_point <= (after - 1)->last;
}

/// Scripts that leave no space between words: Thai, Lao, Burmese, Khmer, the Tai scripts, Han,
/// kana, bopomofo, Yi, Javanese.
constexpr std::array solo_scripts{
    Range{0x0E01, 0x0EFF}, Range{0x1000, 0x109F}, Range{0x1780, 0x17FF},   Range{0x1950, 0x19DF},
    Range{0x1A20, 0x1AAF}, Range{0x2E80, 0x2FDF}, Range{0x3005, 0x3007},   Range{0x3021, 0x3029},
    Range{0x3031, 0x303C}, Range{0x3041, 0x312F}, Range{0x31A0, 0x31FF},   Range{0x3400, 0x4DBF},
    Range{0x4E00, 0x9FFF}, Range{0xA000, 0xA4CF}, Range{0xA980, 0xA9FF},   Range{0xAA60, 0xAA7F},
    Range{0xF900, 0xFAFF}, Range{0xFF66, 0xFF9D}, Range{0x1B000, 0x1B16F}, Range{0x20000, 0x3FFFF},
};

/// Marks that readers and writers leave out: accents, points of Hebrew, vowels and Koranic signs of
/// Arabic, and the stroke that makes an Arabic word longer.
constexpr std::array marks_left_out{
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x05BF, 0x05BF},
    Range{0x05C1, 0x05C2}, Range{0x05C4, 0x05C5}, Range{0x05C7, 0x05C7}, Range{0x0610, 0x061A},
    Range{0x0640, 0x0640}, Range{0x064B, 0x065F}, Range{0x0670, 0x0670}, Range{0x06D6, 0x06DC},
    Range{0x06DF, 0x06E4}, Range{0x06E7, 0x06E8}, Range{0x06EA, 0x06ED}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x20D0, 0x20FF}, Range{0xFE20, 0xFE2F},
};

/// What letters that decompose into nothing are commonly written as; `second` may be none.
struct Plain {
    std::int32_t letter;
    std::int32_t first;
    std::int32_t second;
};
constexpr std::array plain_letters{
    Plain{0x00E6, 'a', 'e'},  Plain{0x00F0, 'd', 0},
    Plain{0x00F8, 'o', 0},    Plain{0x00FE, 't', 'h'},
    Plain{0x0111, 'd', 0},    Plain{0x0127, 'h', 0},
    Plain{0x0131, 'i', 0},    Plain{0x0138, 'k', 0},
    Plain{0x0142, 'l', 0},    Plain{0x0153, 'o', 'e'},
    Plain{0x0167, 't', 0},    Plain{0x0629, 0x0647, 0}, // teh marbuta as heh
    Plain{0x0649, 0x064A, 0},                           // alef maksura as yeh
    Plain{0x0671, 0x0627, 0},                           // alef wasla, and alefs with a wavy hamza
    Plain{0x0672, 0x0627, 0}, Plain{0x0673, 0x0627, 0},
    Plain{0x06A9, 0x0643, 0}, // keheh as kaf
    Plain{0x06C1, 0x0647, 0}, // heh goal as heh
    Plain{0x06CC, 0x064A, 0}, // Farsi yeh as yeh
};

/// Letters that are typed for an apostrophe.
constexpr std::array apostrophes{
    Range{0x02B9, 0x02BF}, Range{0x02C8, 0x02C8}, Range{0x02EE, 0x02EE}};

/// The digit's value in ASCII: each script has its ten side by side.
std::int32_t plain_digit(std::int32_t digit) {
    std::int32_t value = 0;
    while (value < 9 && utf8proc_category(digit - value - 1) == UTF8PROC_CATEGORY_ND)
        ++value;
    return '0' + value;
}

void put_folded(std::int32_t code_point, std::vector<std::int32_t>& out) {
    if (code_point < 0x80) {
        out.push_back(code_point);
        return;
    }
    if (is_in(code_point, marks_left_out))
        return;
    const auto plain = std::ranges::lower_bound(plain_letters, code_point, {}, &Plain::letter);
    if (plain != plain_letters.end() && plain->letter == code_point) {
        out.push_back(plain->first);
        if (plain->second != 0)
            out.push_back(plain->second);
        return;
    }
    switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_CF: return;
    case UTF8PROC_CATEGORY_ND: out.push_back(plain_digit(code_point)); return;
    default: out.push_back(code_point);
    }
}

bool is_ascii(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c | 0x20);
    return out;
}

/// Nothing where the text is not UTF-8.
std::optional<std::vector<std::int32_t>> decomposed(std::string_view text, unsigned options) {
    const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const auto size = static_cast<utf8proc_ssize_t>(text.size());
    const auto option = static_cast<utf8proc_option_t>(options);
    std::vector<std::int32_t> buffer(text.size() + 8);
    auto needed = utf8proc_decompose(
        bytes, size, buffer.data(), static_cast<utf8proc_ssize_t>(buffer.size()), option
    );
    if (needed > static_cast<utf8proc_ssize_t>(buffer.size())) {
        buffer.resize(static_cast<std::size_t>(needed));
        needed = utf8proc_decompose(bytes, size, buffer.data(), needed, option);
    }
    if (needed < 0)
        return std::nullopt;
    buffer.resize(static_cast<std::size_t>(needed));
    return buffer;
}

std::string composed(std::vector<std::int32_t> code_points) {
    const auto count = utf8proc_normalize_utf32(
        code_points.data(),
        static_cast<utf8proc_ssize_t>(code_points.size()),
        static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE)
    );
    std::string out;
    std::array<utf8proc_uint8_t, 4> bytes{};
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
        const auto size =
            utf8proc_encode_char(code_points[static_cast<std::size_t>(i)], bytes.data());
        for (std::size_t k = 0; k < static_cast<std::size_t>(size); ++k)
            out += static_cast<char>(bytes[k]);
    }
    return out;
}

/// Of a character that is no letter itself: what its compatibility form is, such as a letter in a
/// circle. The sign of a trade mark is no part of the name before it.
WordPart part_of_form(std::int32_t code_point) {
    constexpr Range marks_of_trade{0x2120, 0x2122};
    if (code_point >= marks_of_trade.first && code_point <= marks_of_trade.last)
        return WordPart::none;
    std::array<std::int32_t, 32> form{};
    int last_class = 0;
    const auto count = utf8proc_decompose_char(
        code_point,
        form.data(),
        form.size(),
        static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE),
        &last_class
    );
    if (count <= 0 || static_cast<std::size_t>(count) > form.size())
        return WordPart::none;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const WordPart part = form[i] == code_point ? WordPart::none : word_part(form[i]);
        if (part == WordPart::letter || part == WordPart::solo)
            return part;
    }
    return WordPart::none;
}

} // namespace

std::string nfc(std::string_view text) {
    if (is_ascii(text))
        return std::string(text);
    auto code_points = decomposed(text, UTF8PROC_DECOMPOSE);
    return code_points ? composed(std::move(*code_points)) : std::string(text);
}

std::string fold(std::string_view text) {
    if (is_ascii(text))
        return lower_ascii(text);
    const auto code_points = decomposed(
        text, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE
    );
    if (!code_points)
        return std::string(text);
    std::vector<std::int32_t> kept;
    for (const std::int32_t each : *code_points)
        put_folded(each, kept);
    return composed(std::move(kept));
}

std::size_t width(std::string_view text) {
    std::size_t columns = 0;
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        const int taken = point.value < 0 ? 1 : utf8proc_charwidth(point.value);
        columns += taken > 0 ? static_cast<std::size_t>(taken) : 0U;
        text.remove_prefix(point.bytes);
    }
    return columns;
}

WordPart word_part(std::int32_t code_point) {
    if (code_point < 0x80) {
        const bool is_letter = (code_point >= 'a' && code_point <= 'z') ||
                               (code_point >= 'A' && code_point <= 'Z') ||
                               (code_point >= '0' && code_point <= '9');
        return is_letter ? WordPart::letter : WordPart::none;
    }
    if (is_in(code_point, apostrophes))
        return WordPart::none;
    const utf8proc_property_t* const property = utf8proc_get_property(code_point);
    if (property->ignorable != 0)
        return WordPart::unseen;
    switch (property->category) {
    case UTF8PROC_CATEGORY_CF: return WordPart::unseen;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return WordPart::mark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_CO: return WordPart::letter;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        // The sound marks of narrow kana belong to the letter before them.
        if (code_point == 0xFF9E || code_point == 0xFF9F)
            return WordPart::mark;
        return is_in(code_point, solo_scripts) ? WordPart::solo : WordPart::letter;
    default:
        return property->decomp_seqindex == UINT16_MAX ? WordPart::none : part_of_form(code_point);
    }
}

CodePoint first_code_point(std::string_view text) {
    std::int32_t value = -1;
    const auto bytes = utf8proc_iterate(
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
        static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)),
        &value
    );
    if (bytes <= 0)
        return {-1, 1};
    return {value, static_cast<std::size_t>(bytes)};
}

} // namespace staffroom::storage
