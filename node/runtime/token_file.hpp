// DIR/api.token: the word that lets a program on this machine read the API over TCP. Whoever can
// read the data folder can read it, so it guards against other users of the machine and against
// pages in a browser. Opened by app.
#pragma once

#include "protocol/base/random.hpp"
#include "protocol/base/result.hpp"

#include <filesystem>
#include <string>

namespace staffroom::runtime {

/// The token in the file; a new one when there is none or it is damaged. The file's mode is 0600
/// afterwards. Errors: io_error, disk_full.
[[nodiscard]] Result<std::string>
open_token_file(const std::filesystem::path& path, Random& random);

} // namespace staffroom::runtime
