// A record as a Markdown file from which an import makes the same record again: [X1], laid out in
// services/records/exported_part. Not here: its place on disk (cli/commands/records/export). Pure;
// called by http/records/api_export.
#pragma once

#include "node/services/export/export_record.hpp"

namespace staffroom::services {

/// Returns the whole file. A record whose words are hidden gives a notice: title, reason and dates,
/// no text. Errors: not_found (its words have not arrived here), too_large (it says more than 320
/// KiB beside its text).
[[nodiscard]] Result<std::string> export_markdown(const ExportedRecord& record);

} // namespace staffroom::services
