// One line of a text, and a line "name: value" of front matter. Called by the parts that cut front
// matter off and that read it as people write it.
#pragma once

#include <optional>
#include <string_view>

namespace staffroom::services {

/// Returns the bytes of the line that begins at `from`, its end (LF, CR LF or CR) included.
[[nodiscard]] std::string_view line_at(std::string_view text, std::size_t from);

struct NameLine {
    std::string_view name; // without quotes and what cannot be seen
    std::string_view rest; // after the colon, not trimmed
};

/// Reads "name: value" at the beginning of a line, without its end. A colon needs a space or the
/// end of the line behind it; behind a name that front matter knows it needs none. Nothing: it is
/// another line.
[[nodiscard]] std::optional<NameLine> name_line(std::string_view line);

} // namespace staffroom::services
