// Attached files in an exported folder: DIR/files/<content hash><ending>, so that two records with
// a picture of the same name keep both. Called by export, which writes them, and by import, which
// brings them to the node before the records that name them.
#pragma once

#include "cli/attachments.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace staffroom::cli {

/// Where the file of an attachment stands below the folder; empty for one without a hash.
[[nodiscard]] std::string exported_file_name(const boost::json::value& attachment);

/// The files of an exported folder; none in any other folder.
[[nodiscard]] std::vector<LocalFile> find_exported_files(const std::filesystem::path& folder);

} // namespace staffroom::cli
