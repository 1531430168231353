// A manifest.tsv: the documents of an import with their source, licence and checksum. Called by
// import_items.
#pragma once

#include "cli/output/failure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

/// One line of a manifest; empty where the manifest has no such column or says nothing.
struct ManifestRow {
    std::string path; // relative to the manifest's folder, never out of it
    std::string title;
    std::string creator;
    std::string source_repository;
    std::string source_commit;
    std::string source_path;
    std::string licence;
    std::string language;
    std::string kind;
    std::string focus; // several separated by ';'
    std::string phase; // as focus
    std::string changes;
    std::string sha256; // 64 hex digits
};

/// Parses a manifest: lines separated by LF or CRLF, fields by one tab, no quoting. The first line
/// names the columns in any order, of which `path` and `sha256` must be there and unknown ones are
/// passed over. Failures name the line: too few or too many fields, a path out of the folder, a
/// checksum that is none.
[[nodiscard]] Outcome<std::vector<ManifestRow>> parse_manifest(std::string_view text);

/// Returns creator, source, commit, licence and changes as one text for the record (domain 2.8).
[[nodiscard]] std::string attribution_of(const ManifestRow& row);

} // namespace staffroom::cli
