// The styles of the plain pages: those of the page, without its fonts, and what a page without
// scripts needs beside them. Called by this room's handlers.
#pragma once

#include <string>
#include <string_view>

namespace staffroom::http::plain {

// node/web/style and plain.css of this room, as built in.
[[nodiscard]] std::string_view token_styles();
[[nodiscard]] std::string_view base_styles();
[[nodiscard]] std::string_view shape_styles();
[[nodiscard]] std::string_view prose_styles();
[[nodiscard]] std::string_view print_styles();
[[nodiscard]] std::string_view plain_styles();

/// Returns the whole sheet. It asks for no file.
[[nodiscard]] std::string style_sheet();

} // namespace staffroom::http::plain
