// The attached files in an exported folder: DIR/files/<content hash><ending>, so that two records
// with a picture of the same name keep both. Called by export, which writes them, and by import,
// which brings them to the node before the records that name them.
#pragma once

#include "cli/files/attachments.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom::cli {

/// Returns where the file of an attachment stands below the folder, with the ending of its type by
/// its bytes; empty for one without a hash.
[[nodiscard]] std::string
exported_file_name(const boost::json::value& attachment, std::string_view content);

/// Returns the names of the files of an exported folder, sorted; none in any other folder.
[[nodiscard]] std::vector<std::string> exported_files_in(const SafeFolder& folder);

/// Opens one of them; nothing where it is no longer a plain file.
[[nodiscard]] std::optional<LocalFile>
open_exported_file(const SafeFolder& folder, const std::string& name);

} // namespace staffroom::cli
