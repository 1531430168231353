// The documents that an import reads: the Markdown below a folder, the documents that a manifest
// names, or one file. Finds them, says what it passes over, and opens none. Called by the import
// command.
#pragma once

#include "cli/files/manifest.hpp"
#include "cli/files/safe_folder.hpp"
#include "cli/output/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace staffroom::cli {

/// A document to import.
struct ImportItem {
    std::string path; // below the source's folder; shown to people and matched by --match
    std::optional<ManifestRow> row{};
};

/// A file that stands in the folder and is not read.
struct PassedOver {
    std::string path;
    std::string sentence; // why
    bool needs_a_look;    // a person may have meant it to be read
};

struct ImportSource {
    SafeFolder folder; // the folder imported, or the one of the manifest or file
    std::vector<ImportItem> items{};
    std::size_t found = 0; // documents before any was chosen
    std::vector<PassedOver> passed_over{};
    std::vector<std::string> files{}; // all that is no document: what texts may refer to
};

struct ImportChoice {
    std::string match;                  // fnmatch pattern on the whole path; empty: all
    std::optional<std::uint64_t> limit; // at most so many of those that match
};

/// Finds the documents. A folder gives its Markdown (.md, .markdown, .mdx, .qmd, .Rmd and their
/// like, in any case) at any depth, sorted; hidden entries, links and files that a user may not
/// read are passed over and named. A manifest gives its documents in its order. Any other Markdown
/// file gives itself. Failures: the disk's, a manifest's, a file that is no Markdown, a node's data
/// folder.
[[nodiscard]] Outcome<ImportSource>
find_documents(const std::filesystem::path& path, const ImportChoice& choice);

/// Returns why nothing is to be imported, as a sentence; empty: something is.
[[nodiscard]] std::string why_nothing(
    const ImportSource& source, const std::filesystem::path& path, const ImportChoice& choice
);

/// Returns the paths of all files below a folder that are no documents, as a walk finds them.
[[nodiscard]] std::vector<std::string> files_below(const SafeFolder& folder);

/// Returns repository and path of a document whose manifest names them; empty for all others, whose
/// origin the node makes from their place.
[[nodiscard]] std::string origin_of(const ImportItem& item);

} // namespace staffroom::cli
