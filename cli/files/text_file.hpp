// Reads the files that a person names: records, charters, manifests. Refuses what no record can
// hold before anything is sent, each with its own sentence.
#pragma once

#include "cli/files/safe_folder.hpp"
#include "cli/output/failure.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::cli {

/// Returns the exact bytes of `path`, not checked. Failures: missing, a folder, unreadable, longer
/// than `bytes_max`.
[[nodiscard]] Outcome<std::string>
read_bytes(const std::filesystem::path& path, std::size_t bytes_max);

/// Returns the text of a record file or charter as UTF-8 without NUL, at most a record's text and
/// front matter. For a file in another code page that can be told, `note` becomes a sentence.
/// Failures: those of read_bytes; refused, with the kind of the file, or the first byte that is no
/// text.
[[nodiscard]] Outcome<std::string>
read_text_file(const std::filesystem::path& path, std::string* note = nullptr);

/// The same of what comes in on standard input.
[[nodiscard]] Outcome<std::string> read_typed_text(std::string* note);

/// The exact bytes of a record file that is open already, called `shown`. Failures: those of
/// read_text_file, but for the first byte that is no text.
[[nodiscard]] Outcome<std::string>
read_record_bytes(const OpenFile& file, const std::string& shown);

/// Returns such bytes as text, with `note` and failures as above.
[[nodiscard]] Outcome<std::string>
text_of_bytes(std::string_view bytes, const std::filesystem::path& shown, std::string* note);

/// Returns why `bytes` cannot be a text, as a failure that names the file; nothing for clean text.
[[nodiscard]] std::optional<Failure>
why_unreadable(std::string_view bytes, const std::filesystem::path& path);

} // namespace staffroom::cli
