#include "cli/output/code_point.hpp"

namespace staffroom::cli {

std::optional<CodePoint> decode(std::string_view text, std::size_t place) {
    const auto byte_at = [&](std::size_t at) {
        return char32_t{static_cast<unsigned char>(text[at])};
    };
    const char32_t first = byte_at(place);
    if (first < 0x80)
        return CodePoint{first, 1};
    std::size_t bytes = 0;
    if (first >= 0xC2 && first <= 0xDF)
        bytes = 2;
    else if (first >= 0xE0 && first <= 0xEF)
        bytes = 3;
    else if (first >= 0xF0 && first <= 0xF4)
        bytes = 4;
    if (bytes == 0 || place + bytes > text.size())
        return std::nullopt;
    char32_t value = first & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        const char32_t next = byte_at(place + i);
        if ((next & 0xC0U) != 0x80U)
            return std::nullopt;
        value = (value << 6U) | (next & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return std::nullopt;
    return CodePoint{value, bytes};
}

} // namespace staffroom::cli
