// The files that a Markdown text refers to: found, checked, described for the record, and sent to
// the node. A file that cannot go along is named and keeps nothing else from going. A file could be
// exchanged between check and sending, so it is opened once; it is never held whole. Called by
// publish, revise and import.
#pragma once

#include "cli/client/client.hpp"
#include "cli/files/file_finder.hpp"
#include "cli/output/output.hpp"
#include "protocol/base/ids.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

struct LocalFile {
    std::string name;  // as the text refers to it
    std::string shown; // where it stands, for people
    SharedFile file;
    Digest hash;
    std::uint64_t size;    // bytes
    std::string type{};    // its media type; empty: not looked at
    bool is_shown = false; // the text shows it as a picture, a sound or a film
};

struct TextFiles {
    std::vector<LocalFile> files{};
    std::vector<LocalFile> exported{}; // that an exported text names by their hashes, as they are
    std::vector<Unfound> left_out{};
};

/// Returns the files that `text`, which stands in `text_folder` below the finder's folder, takes
/// along. Left out and named are files that are not there or closed (safe_folder), of no type that
/// goes along, active, larger than 25 MiB, or beyond 20 files or 100 MiB. A file that an exported
/// text names by its hash is neither.
[[nodiscard]] TextFiles
find_attachments(std::string_view text, FileFinder& finder, const std::string& text_folder);

/// Leaves out the files that are only linked, where nobody was asked: an address behind words is
/// easily overlooked. Moves them from `files` to `left_out`, and names them.
void leave_linked(TextFiles& found);

/// Returns the pages beside a text that it links to and that no record takes along, as they are
/// spelled.
[[nodiscard]] std::vector<std::string>
linked_pages(std::string_view text, FileFinder& finder, const std::string& text_folder);

/// Tells whether a text refers to any file.
[[nodiscard]] bool names_files(std::string_view text);

/// Returns the `attachments` of a record for the node's API.
[[nodiscard]] boost::json::array describe(const std::vector<LocalFile>& files);

/// Sends the bytes that the node does not have yet, piece by piece; `output` is told how far it is
/// when there is much to send, null keeps it quiet. Done when all files are at the node.
[[nodiscard]] Outcome<ExitCode>
send_files(Client& client, const std::vector<LocalFile>& files, Output* output);

/// Returns "plan.png (12 KiB)" for each file, in one line.
[[nodiscard]] std::string listed(const std::vector<LocalFile>& files);

/// Returns the content hash of an open file. Failures: the disk's, and a file that changes
/// meanwhile.
[[nodiscard]] Outcome<Digest> hash_file(const OpenFile& file, std::uint64_t size);

} // namespace staffroom::cli
