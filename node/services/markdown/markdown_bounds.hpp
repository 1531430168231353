// Markdown that a parser of Debian 12 reads in time that grows with its length alone: what would
// make cmark-gfm 0.29 look through a text again and again is taken for text, and what no reader
// would miss of nesting is left out. Lines stay lines. Pure. Called by services/markdown only.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::services {

/// Steps that containers may cost: columns of nesting times lines.
inline constexpr std::size_t nesting_steps_max = 500'000;
inline constexpr std::size_t nesting_columns_max = 64;
inline constexpr std::size_t nesting_columns_min = 12;
/// An image that is open is looked at by every link that ends: their product.
inline constexpr std::size_t bracket_steps_max = 2'000'000;
inline constexpr std::size_t open_images_min = 64;
/// What the destinations of references may grow to where they are used.
inline constexpr std::size_t reference_growth_bytes_max = std::size_t{8} * 1024 * 1024;

/// As many lines as `text`. A sign that is no longer markup stands as a character of its own, which
/// `as_written` turns back.
[[nodiscard]] std::string bounded_markdown(std::string_view text);

/// What `bounded_markdown` took for text, as it was written.
[[nodiscard]] std::string as_written(std::string_view words);

} // namespace staffroom::services
