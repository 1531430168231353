// One UTF-8 code point at a time, for text on a terminal. Called by output and table.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace staffroom::cli {

struct CodePoint {
    char32_t value;
    std::size_t bytes;
};

/// Returns the UTF-8 code point at `place` (RFC 3629); nothing when the bytes there are none.
[[nodiscard]] std::optional<CodePoint> decode(std::string_view text, std::size_t place);

} // namespace staffroom::cli
