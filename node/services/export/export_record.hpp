// One record on its way out of the node, as every form of export takes it. Not here: the forms
// (services/export/export_markdown, export_linked_data, export_citation). Made by
// http/records/api_export.
#pragma once

#include "node/services/library/library.hpp"

#include <optional>
#include <string>

namespace staffroom::services {

struct ExportedRecord {
    const ShownRecord& shown;
    std::string school_name; // of the school that published it
    bool is_own_school;      // counts of pupils below six go no further than this
};

/// The reason why a record is exported as a notice, without its words.
struct HiddenWords {
    std::string reason;
    std::optional<WallTime> since;
};

/// Returns why the words of a record may not be exported; nothing when they may. This is the only
/// place that decides it.
[[nodiscard]] std::optional<HiddenWords> hidden_words(const ShownRecord& shown);

/// Returns where the record came from: the origin in its body, else this document.
[[nodiscard]] std::string exported_origin(const ShownRecord& shown);
/// Tells whether somebody else than its school wrote it.
[[nodiscard]] bool is_imported(const records::RecordBody& body);

/// Returns the name of its kind; "kind-N" for one that this version does not know.
[[nodiscard]] std::string kind_text(const ShownRecord& shown);

/// Returns the name of the document outside (services/text/outside_name).
[[nodiscard]] std::string document_name(const ShownRecord& shown);
/// Returns the same of this revision: a name that stays when there are newer ones.
[[nodiscard]] std::string revision_name(const ShownRecord& shown);

/// Returns the values of a field, in order, small counts as they may be read.
[[nodiscard]] std::vector<std::string>
exported_values(const ExportedRecord& record, records::FieldCode code);

} // namespace staffroom::services
