// The type of an attached file, told by its bytes: the one table of types that may go along with a
// text, their media types and endings. Used where a file is picked up (cli/files/attachments),
// described (services/records/record_file) and written out (cli/files/exported_files,
// cli/commands/records/files). Not here: what opening a file could run
// (services/markdown/active_content).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::services {

/// The bytes of a beginning by which every type can be told.
inline constexpr std::size_t type_bytes = 4096;

struct FileType {
    std::string_view media_type;
    std::string_view ending; // the usual one, without its dot
    bool is_shown;           // a picture, a sound or a film: what an image reference may name
};

/// Returns the type of bytes that begin with `beginning`; `name` decides only between types that
/// begin alike (office files, plain texts). Nothing for a type that is in no row: such a file is
/// not shared.
[[nodiscard]] std::optional<FileType>
type_of_content(std::string_view name, std::string_view beginning);

/// Returns the type that a name's ending claims, in any case of letters: for a file whose bytes are
/// not here.
[[nodiscard]] std::optional<FileType> type_of_name(std::string_view name);

/// Returns a name with the ending of a type: "grid.JPG" stays for a JPEG; "grid" becomes
/// "grid.jpg"; a name of unknown type and ending, "grid.x", becomes "grid.x.data", which nothing
/// opens by itself.
[[nodiscard]] std::string
with_true_ending(const std::string& name, const std::optional<FileType>& type);

/// Tells whether a text holds a key that opens something to its finder: no lesson needs one.
[[nodiscard]] bool holds_secret(std::string_view text);

/// Returns the ending of the last part of a name in small letters, without its dot.
[[nodiscard]] std::string ending_of_name(std::string_view name);

} // namespace staffroom::services
