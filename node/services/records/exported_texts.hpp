// Authors, times and attachments as single texts of an exported front matter, each with its way
// back: whatever a record holds, reading gives the same. Called by services/records/exported_part
// and services/export/export_markdown.
#pragma once

#include "protocol/base/time.hpp"
#include "protocol/records/body.hpp"

#include <optional>
#include <string>

namespace staffroom::services {

/// Returns "Name @ School", or JSON where that would not read back.
[[nodiscard]] std::string author_text(const records::Author& author);
[[nodiscard]] records::Author parse_author(const std::string& text);

/// Returns 2015-10-29 at midnight UTC, else 2015-10-29T08:30:00.125Z; after the year 9999 "@" and
/// the milliseconds since 1970.
[[nodiscard]] std::string time_text(WallTime time);
[[nodiscard]] std::optional<WallTime> parse_time(const std::string& text);

/// Returns one JSON text: name, type, size, hash, description.
[[nodiscard]] std::string attachment_text(const records::Attachment& attachment);
/// Reads such a text. Errors: invalid_input.
[[nodiscard]] Result<records::Attachment> parse_attachment(const std::string& text);

} // namespace staffroom::services
