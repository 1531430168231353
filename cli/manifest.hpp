// What an import reads: a folder of Markdown, or a manifest.tsv that names each document's source,
// licence and checksum. Finds and describes the documents, opens none of them. Called by the import
// command.
#pragma once

#include "cli/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
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

/// A document to import.
struct ImportItem {
    std::string path; // as shown to people and matched by --match
    std::filesystem::path file;
    std::filesystem::path root; // the folder imported, or the manifest's
    std::optional<ManifestRow> row;
};

struct ImportChoice {
    std::string match;                  // fnmatch pattern on the whole path; empty: all
    std::optional<std::uint64_t> limit; // at most so many of those that match
};

/// Lines separated by LF or CRLF, fields by one tab, no quoting; the first line names the columns
/// in any order, of which `path` and `sha256` must be there and unknown ones are passed over.
/// Failures name the line: too few or too many fields, a path out of the folder, a checksum that is
/// none.
[[nodiscard]] Outcome<std::vector<ManifestRow>> parse_manifest(std::string_view text);

/// The documents of a manifest (when `path` is a file) in its order, or the `*.md` files below a
/// folder, sorted.
[[nodiscard]] Outcome<std::vector<ImportItem>>
find_documents(const std::filesystem::path& path, const ImportChoice& choice);

/// Creator, source, commit, licence and changes as one text for the record (domain 2.8).
[[nodiscard]] std::string attribution_of(const ManifestRow& row);

/// Where a document came from: repository and path, else the relative path. The same for every
/// later import.
[[nodiscard]] std::string origin_of(const ImportItem& item);

} // namespace staffroom::cli
