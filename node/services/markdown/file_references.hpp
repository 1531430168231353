// The files that a text refers to, as foreign projects write them: Markdown images and links, HTML
// and JSX tags, wiki links, shortcodes of Hugo and Quarto, includes of Jekyll, imports of MDX,
// directives of MyST. The results are names, decoded and in one spelling; nothing is looked for on
// disk (cli/files/file_finder does). Called by services/markdown/sections.
#pragma once

#include <string>
#include <string_view>
#include <vector>

// cmark-gfm's own name for a node of a parsed text.
using cmark_node = struct cmark_node;

namespace staffroom::services {

struct FileReference {
    // Decoded, composed, with '/' between its parts, without "./", fragment and query.
    std::string path;
    std::string description; // the alternative text of an image, the words of a link
    bool is_image;
    bool is_from_root = false; // it began with '/': the root of a site, not of this machine
    bool is_anywhere = false;  // a wiki link: editors look for such a name in all folders
    bool is_page = false;      // another text, a web page or a name without an ending
};

struct FileReferences {
    std::vector<FileReference> files{};
    std::vector<FileReference> pages{}; // linked, and no file that a record takes along
};

/// Finds references, each path once, in the order of the text, 1000 at most. `text` is what
/// `document` was parsed from.
[[nodiscard]] FileReferences find_file_references(cmark_node* document, std::string_view text);

/// The same of a text that nobody has parsed; nothing of one that is too long for a record.
[[nodiscard]] FileReferences file_references_in(std::string_view text);

/// Whether a text may name any file or page at all: false for many texts, without parsing them.
[[nodiscard]] bool may_name_files(std::string_view text);

/// One reference as it was written; its path is empty where it names nothing beside the text: an
/// address with or without a scheme, a place in the text.
[[nodiscard]] FileReference read_reference(std::string_view written, bool is_image);

} // namespace staffroom::services
