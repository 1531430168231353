// The beginning of a text that somebody else could make as long as he liked. Pure. Called where
// many such texts stand in one answer.
#pragma once

#include <cstddef>
#include <string_view>

namespace staffroom::services {

/// Returns at most `bytes_max` bytes of UTF-8, whole characters of it.
[[nodiscard]] inline std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max)
        return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

} // namespace staffroom::services
