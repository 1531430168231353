// The files that a Markdown text refers to, described for the record: name as written, hash, size.
// Only files beside or below the place that the person named are looked at; their bytes stay here.
// Called by publish and import.
#pragma once

#include <boost/json.hpp>

#include <filesystem>
#include <string_view>

namespace staffroom::cli {

/// The `attachments` of a record for the node's API. `file` is where `text` came from; a reference
/// that leads out of `root`, or to nothing, is left to the node, which records its name alone.
[[nodiscard]] boost::json::array describe_attachments(
    std::string_view text, const std::filesystem::path& file, const std::filesystem::path& root
);

} // namespace staffroom::cli
