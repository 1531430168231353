// Finds the file to which a text refers: beside the text, at the root of the site, or wherever a
// project keeps its pictures; in another case or normal form of its letters. It looks only below
// the folder that a person named (safe_folder). Not here: what the file is. Called by attachments.
#pragma once

#include "cli/files/safe_folder.hpp"
#include "node/services/markdown/file_references.hpp"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace staffroom::cli {

struct FoundFile {
    std::string path; // below the folder, as it is spelled there
    SharedFile file;
};

struct Unfound {
    std::string name;     // as the text refers to it
    std::string sentence; // the reason, with the nearest name where one is near
    bool is_missing = false;
};

class FileFinder {
public:
    explicit FileFinder(SafeFolder folder)
        : folder_(std::move(folder)) {}

    /// Adds the paths of all files below the folder: names are looked for among them, too, as
    /// editors do.
    void know(std::vector<std::string> paths);

    [[nodiscard]] const SafeFolder& folder() const { return folder_; }

    /// Finds a file for a text that stands in `text_folder`, which is relative to the folder; "" is
    /// the folder.
    [[nodiscard]] std::variant<FoundFile, Unfound>
    find(const services::FileReference& reference, const std::string& text_folder);

    /// Returns the first name in a folder that begins so; the folder's listing is kept.
    [[nodiscard]] std::optional<std::string>
    name_beginning(const std::string& folder, std::string_view beginning);

private:
    using Names = std::unordered_multimap<std::string, std::string>; // folded to spelled

    std::variant<FoundFile, Closed> open(const std::vector<std::string>& parts);
    std::variant<FoundFile, Closed> open_spelled_otherwise(const std::vector<std::string>& parts);
    [[nodiscard]] std::optional<std::string>
    known_place(const services::FileReference& reference, const std::string& text_folder) const;
    [[nodiscard]] std::string
    nearest_to(const services::FileReference& reference, const std::string& text_folder);
    [[nodiscard]] std::string
    place_in_subfolders(const std::string& folder, const std::string& name);
    const Names& names_in(const std::string& folder);

    SafeFolder folder_;
    std::map<std::string, Names> listed_{};
    std::unordered_multimap<std::string, std::string> known_{}; // folded last part to whole path
};

} // namespace staffroom::cli
