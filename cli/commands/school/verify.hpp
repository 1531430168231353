// The check of a data folder that no node runs on: called by `verify`, and by `backup verify` on a
// backup that it reads where it lies.
#pragma once

#include "cli/output/failure.hpp"
#include "storage/files/file_system.hpp"

#include <boost/json/value.hpp>

#include <filesystem>

namespace staffroom::cli {

/// Audits the logs, bodies and attached files below `folder` of `files`, as `verify` prints it.
/// Failures: the store cannot be opened, or is damaged.
[[nodiscard]] Outcome<boost::json::value>
audit_folder(storage::FileSystem& files, const std::filesystem::path& folder);

/// Audits the logs, bodies and attached files of a folder. Returns what `verify` prints as JSON.
/// Failures: it cannot be opened, is another user's, or its store is damaged.
[[nodiscard]] Outcome<boost::json::value> verify_folder(const std::filesystem::path& folder);

} // namespace staffroom::cli
