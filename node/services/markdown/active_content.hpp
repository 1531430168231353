// The files that are refused because opening them could run something: pages, programs, office
// files with macros, pictures with script. Judged by name and by how their bytes begin; for
// pictures in SVG by the whole text, strictly: a text that merely looks like script is refused too.
// Not here: virus scanning. Called before a file is described and sent.
#pragma once

#include "protocol/base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace staffroom::services {

/// Returns a plain clause such as "is a web page"; nothing for a file that only shows something.
/// `content` is the whole file where `needs_whole_content`; else its first 1024 bytes are enough.
[[nodiscard]] std::optional<std::string>
why_active(std::string_view name, std::string_view content);

/// Tells whether all of a file has to be given to `why_active`.
[[nodiscard]] bool needs_whole_content(std::string_view name, std::string_view beginning);

} // namespace staffroom::services
