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

/// Why a record is exported as a notice, without its words.
struct HiddenWords {
    std::string reason;
    std::optional<WallTime> since;
};

/// The one place that decides whether the words of a record may be exported: nothing when they may.
[[nodiscard]] std::optional<HiddenWords> hidden_words(const ShownRecord& shown);

/// Where the record came from: what its body says, else this document.
[[nodiscard]] std::string exported_origin(const ShownRecord& shown);
/// Whether somebody else than its school wrote it.
[[nodiscard]] bool is_imported(const records::RecordBody& body);

/// The name of its kind; "kind-N" for one that this version does not know.
[[nodiscard]] std::string kind_text(const ShownRecord& shown);

/// What the document is called outside (services/text/outside_name).
[[nodiscard]] std::string document_name(const ShownRecord& shown);
/// The same of this revision: what stays when there are newer ones.
[[nodiscard]] std::string revision_name(const ShownRecord& shown);

/// The values of a field, in order, small counts as they may be read.
[[nodiscard]] std::vector<std::string>
exported_values(const ExportedRecord& record, records::FieldCode code);

} // namespace staffroom::services
