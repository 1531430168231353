// The check of a data folder that no node runs on: called by `verify`, and by `backup verify` on
// what it has brought back.
#pragma once

#include "cli/output/failure.hpp"

#include <boost/json/value.hpp>

#include <filesystem>

namespace staffroom::cli {

/// Audits the logs, bodies and attached files of a folder. Returns what `verify` prints as JSON.
/// Failures: it cannot be opened, is another user's, or its store is damaged.
[[nodiscard]] Outcome<boost::json::value> verify_folder(const std::filesystem::path& folder);

} // namespace staffroom::cli
