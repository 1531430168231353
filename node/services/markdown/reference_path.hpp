// One reference of a text as it was written, made into the name of a file: decoded, in one
// spelling, and empty where it names a page or a place on the web. Called by
// services/markdown/file_references.
#pragma once

#include "node/services/markdown/file_references.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::services {

/// A reference longer than this names no file.
inline constexpr std::size_t reference_bytes_max = 1000;

/// Returns a reference without Liquid: of Jekyll's "{{ site.baseurl }}/img/x.png" and "{{
/// '/img/x.png' | relative_url }}" the result before the site's own address is put in front.
[[nodiscard]] std::string without_liquid(std::string_view text);

/// Returns the first text in quotes; nothing where there is none.
[[nodiscard]] std::optional<std::string_view> first_quoted(std::string_view text);

/// Returns a text without the blanks around it.
[[nodiscard]] std::string_view stripped(std::string_view text);

/// Tells whether a link to a name with this ending leads to another page, not to a file to carry.
[[nodiscard]] bool is_page_ending(std::string_view ending);

} // namespace staffroom::services
