// The bytes of a file as UTF-8 text: code pages that can be told are read, and files that are no
// text are named by what they are. Called where a person names a file (cli/files/text_file) and
// where the node takes one (services/records/record_file).
#pragma once

#include "protocol/base/result.hpp"

#include <string>
#include <string_view>

namespace staffroom::services {

struct DecodedText {
    std::string text; // UTF-8 without NUL
    std::string note; // a sentence where the bytes were no UTF-8; empty else
};

/// Decodes a text: UTF-8 as it is; UTF-16 and UTF-32 with a byte order mark; Windows-1252 where few
/// of the letters need it. Errors: unreadable_text (a sentence about "the file"; the place by
/// line).
[[nodiscard]] Result<DecodedText> decode_text(std::string_view bytes);

/// Returns the kind of a file, as "a Word document", if its first bytes say that it is no text;
/// else empty.
[[nodiscard]] std::string_view kind_of_file(std::string_view bytes);

/// The bytes of a file that are enough for kind_of_file.
inline constexpr std::size_t file_head_bytes = 64U * 1024;

} // namespace staffroom::services
