// A folder that a person named, and the files that may be read below it: plain files without a dot
// in front, with one name, reached through plain folders. A link, or a folder that is exchanged
// meanwhile, could lead to a node's keys or another person's files. So each part of a path is
// opened on its own and no link is followed. Never inside the data folder of a node. Called by
// import_items and file_finder.
#pragma once

#include "cli/output/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace staffroom::cli {

/// An open file, which stays the same one, whatever its name leads to later.
class OpenFile {
public:
    explicit OpenFile(int descriptor)
        : descriptor_(descriptor) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    OpenFile(OpenFile&&) = delete;
    OpenFile& operator=(OpenFile&&) = delete;
    ~OpenFile();

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] std::uint64_t size() const;
    /// Reads bytes [offset, offset + count), fewer at its end. Failures: the disk's.
    [[nodiscard]] Outcome<std::string> read(std::uint64_t offset, std::uint64_t count) const;

private:
    int descriptor_;
};
using SharedFile = std::shared_ptr<const OpenFile>;

enum class Closed {
    missing,
    hidden,      // a part begins with a dot
    outside,     // ".." or an absolute path
    link,        // a part is a symbolic link
    data_folder, // below a folder that holds a node's keys
    no_file,     // a folder, a pipe, a device
    many_names,  // a hard link: it stands elsewhere, too
    refused,     // this user may not read it
};

/// Returns what to say of a closed path, as the end of a sentence: "is a link".
[[nodiscard]] std::string_view why_closed(Closed why);

enum class EntryKind { file, folder, link, other };
struct Entry {
    std::string name;
    EntryKind kind;
};

class SafeFolder {
public:
    /// Opens a folder, which may itself be named through links. Failures: no folder, or a closed
    /// one; a node's data folder, or one inside it (refused).
    [[nodiscard]] static Outcome<SafeFolder> open(const std::filesystem::path& path);

    [[nodiscard]] std::variant<SharedFile, Closed> file(std::string_view relative) const;
    /// Returns the entries of a folder, sorted; "" is the folder itself.
    [[nodiscard]] std::variant<std::vector<Entry>, Closed> entries(std::string_view relative) const;

    /// Returns the real place, links resolved.
    [[nodiscard]] const std::filesystem::path& place() const { return place_; }

private:
    SafeFolder(SharedFile root, std::filesystem::path place)
        : root_(std::move(root))
        , place_(std::move(place)) {}
    [[nodiscard]] std::variant<SharedFile, Closed> folder(const std::vector<std::string>& parts
    ) const;

    SharedFile root_;
    std::filesystem::path place_;
};

/// Splits "a/b" into "a" and "b"; leaves out "." and empty parts.
[[nodiscard]] std::vector<std::string> path_parts(std::string_view path);

} // namespace staffroom::cli
