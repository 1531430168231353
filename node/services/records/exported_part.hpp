// The part that an export adds to a record's front matter, and the record that this part and the
// text make again. [X1]
//
//     ---
//     the front matter as its author wrote it, byte for byte; may be empty
//     # staffroom: what follows was added by an export and is read back by an import
//     every fact that the lines above do not already say in the same words
//     ---
//     the text, byte for byte
//
// A reader lets the lines below the marker win over those above it, and options of a command over
// both; it guesses and fills in nothing. Not here: writing it (services/export/export_markdown),
// and whether the record is here already (services/publishing/reimport). Called by
// services/records/record_file.
#pragma once

#include "node/services/front_matter/front_matter.hpp"
#include "node/services/records/record_file.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::services {

inline constexpr std::string_view export_marker =
    "# staffroom: what follows was added by an export and is read back by an import";
/// The origin of a record that had none, before the document's id.
inline constexpr std::string_view origin_prefix = "staffroom:";

/// The bounds of the added part: whatever a record may hold fits, attachments included.
inline constexpr FrontMatterBounds added_bounds{
    limits::exported_part_bytes_max, wire::attachments_max, 1};

struct ExportedPart {
    std::string original;                 // the front matter as its author wrote it
    std::vector<FrontMatterField> fields; // what both parts say together
};

/// Returns nothing when there is no such line. Errors: too_large, invalid_input (a sentence with
/// the line), unknown_value (the kind), not_allowed (the notice of a retracted record).
[[nodiscard]] Result<std::optional<ExportedPart>> read_exported_part(std::string_view front_matter);

/// Returns the record as it was, with `request`'s options in place of what the file says. Not yet
/// judged by the rules. Errors: those of read_record.
[[nodiscard]] Result<ReadRecord> restore_record(
    const ExportedPart& part, std::string_view text, const RecordRequest& request, WallTime now
);

/// Tells whether a key is one that an exported part may state for this kind: a part of the envelope
/// or a field, by its own name.
[[nodiscard]] bool is_exported_name(records::RecordKind kind, std::string_view key);

} // namespace staffroom::services
