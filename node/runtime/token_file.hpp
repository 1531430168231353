// DIR/api.token: the word that lets a program on this machine read the API over TCP. Other users of
// the machine, and pages in a browser, could otherwise read it too; only users who can read the
// data folder can read the token. Opened by app.
#pragma once

#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

namespace staffroom::runtime {

/// Returns the token in the file; a new one when there is none or it is damaged. The file's mode is
/// 0600 afterwards. Errors: io_error, disk_full.
[[nodiscard]] Result<std::string>
open_token_file(const std::filesystem::path& path, Random& random);

} // namespace staffroom::runtime
