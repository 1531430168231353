// Markdown that a parser of Debian 12 reads in time that grows with its length alone. Some texts
// make cmark-gfm 0.29 look through them again and again, and a member could send one. So the signs
// that cause this are taken for text, and depth of nesting that no reader would miss is left out.
// Lines stay lines. Pure. Called by services/markdown only.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::services {

/// The most steps that containers may cost: columns of nesting times lines.
inline constexpr std::size_t nesting_steps_max = 500'000;
inline constexpr std::size_t nesting_columns_max = 64;
inline constexpr std::size_t nesting_columns_min = 12;
/// The most steps of open images, each of which every ending link looks at: their product.
inline constexpr std::size_t bracket_steps_max = 2'000'000;
inline constexpr std::size_t open_images_min = 64;
/// The most bytes to which destinations of references may grow where they are used.
inline constexpr std::size_t reference_growth_bytes_max = std::size_t{8} * 1024 * 1024;

/// Bounds a text; the result has as many lines as `text`. A sign that is no longer markup stands as
/// a character of its own, which `as_written` turns back.
[[nodiscard]] std::string bounded_markdown(std::string_view text);

/// Returns words as they were written, with the signs that `bounded_markdown` took for text.
[[nodiscard]] std::string as_written(std::string_view words);

} // namespace staffroom::services
