// The folder that an export writes: file names that are safe on every system, files that appear
// whole or not at all, nothing replaced unasked. Not here: the content of the files. Called by the
// export command.
#pragma once

#include "cli/output/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// Returns a name without its ending: words of the title, then six characters that depend on origin
/// and text alone, so that a record has the same name at every school. At most 130 bytes; letters,
/// digits and hyphens, never a reserved name. Letters of every script.
[[nodiscard]] std::string
file_stem(std::string_view title, std::string_view origin, std::string_view text);

enum class Written {
    now,       // a new file, or one that --force replaced
    unchanged, // it was there with the same bytes
    kept,      // it was there with others, and still is
};

class ExportFolder {
public:
    /// Makes a folder that touches nothing yet. A dry run never does.
    ExportFolder(std::filesystem::path folder, bool may_replace, bool is_dry_run)
        : folder_(std::move(folder))
        , may_replace_(may_replace)
        , is_dry_run_(is_dry_run) {}

    /// Writes a file. `name` is relative to the folder and may lead into one below it, never out of
    /// it; folders are made. Failures: the disk's, and a name that leads out.
    Outcome<Written> write(const std::string& name, std::string_view bytes);

    [[nodiscard]] std::uint64_t written() const { return written_; }
    [[nodiscard]] std::uint64_t unchanged() const { return unchanged_; }
    [[nodiscard]] std::uint64_t kept() const { return kept_; }

private:
    std::filesystem::path folder_;
    bool may_replace_;
    bool is_dry_run_;
    std::uint64_t written_ = 0;
    std::uint64_t unchanged_ = 0;
    std::uint64_t kept_ = 0;
};

} // namespace staffroom::cli
