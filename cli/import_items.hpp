// What an import reads: a folder of Markdown, or the documents that a manifest names. Finds them
// and opens none. Called by the import command.
#pragma once

#include "cli/failure.hpp"
#include "cli/manifest.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::cli {

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

/// The documents of a manifest (when `path` is a file) in its order, or the `*.md` files below a
/// folder, sorted.
[[nodiscard]] Outcome<std::vector<ImportItem>>
find_documents(const std::filesystem::path& path, const ImportChoice& choice);

/// Where a document came from: repository and path, else the relative path. The same for every
/// later import.
[[nodiscard]] std::string origin_of(const ImportItem& item);

} // namespace staffroom::cli
