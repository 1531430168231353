// The files that a Markdown text refers to: found, checked, described for the record, and sent to
// the node. Only files beside or below the place that the person named are looked at. Called by
// publish and import; bytes are read again to be sent, so a file is never held whole.
#pragma once

#include "cli/client.hpp"
#include "cli/output.hpp"
#include "protocol/base/ids.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <string_view>
#include <vector>

namespace staffroom::cli {

struct LocalFile {
    std::string name; // as the text refers to it
    std::filesystem::path place;
    Digest hash;
    std::uint64_t size; // bytes
};

/// `file` is where `text` came from; a reference that leads out of `root`, or to nothing, is left
/// to the node, which records its name alone. Failures (refused): a file of more than 25 MiB, more
/// than 20 files or 100 MiB, active content; one that cannot be read.
[[nodiscard]] Outcome<std::vector<LocalFile>> find_attachments(
    std::string_view text, const std::filesystem::path& file, const std::filesystem::path& root
);

/// The `attachments` of a record for the node's API.
[[nodiscard]] boost::json::array describe(const std::vector<LocalFile>& files);

/// Sends what the node does not have yet, piece by piece; `output` is told how far it is when there
/// is much to send, null keeps it quiet. Done when all of them are at the node.
[[nodiscard]] Outcome<ExitCode>
send_files(Client& client, const std::vector<LocalFile>& files, Output* output);

} // namespace staffroom::cli
