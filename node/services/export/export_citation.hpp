// A record as something to cite, for reference managers: BibTeX and RIS, with its stable address
// and revision, and the works behind an imported one where its attribution or origin names a DOI or
// a web address. Not here: reading such files. No Debian library with a licence that fits writes
// either (node/DECISIONS). Pure; called by http/records/api_export.
#pragma once

#include "node/services/export/export_record.hpp"

namespace staffroom::services {

/// Exports one entry for the record and one for each source, each ended by an empty line. Errors:
/// not_found (its words have not arrived here).
[[nodiscard]] Result<std::string> export_bibtex(const ExportedRecord& record);
/// Exports the same as RIS: lines "TY  - ..." ended by CR LF. Errors: those of export_bibtex.
[[nodiscard]] Result<std::string> export_ris(const ExportedRecord& record);

/// Returns a text inside the braces of a BibTeX field: special characters as LaTeX writes them,
/// line ends and control characters as spaces, UTF-8 as it is.
[[nodiscard]] std::string bibtex_escaped(std::string_view text);
/// Returns a text as the value of one line of RIS.
[[nodiscard]] std::string ris_line(std::string_view text);

/// A DOI or web address that a text names.
struct NamedSource {
    std::string doi; // 10.1234/x; empty: only an address
    std::string url;
};
[[nodiscard]] std::vector<NamedSource> sources_in(std::string_view text);

} // namespace staffroom::services
