// The published test vectors, read where they lie: beside the project, in ../shared. They are no
// part of it, so every test that uses them must also work without them. Only tests include this.
#pragma once

#include "protocol/base/bytes.hpp"

#include <boost/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace staffroom::tests {

/// The folder that holds vectors/: TEST_SHARED_DIR of the environment, else the one known when this
/// was built. Nothing when it is not there.
[[nodiscard]] std::optional<std::filesystem::path> shared_dir();

/// The text of vectors/`file`; throws when it cannot be read, which fails the test.
[[nodiscard]] std::string load_vector_text(std::string_view file);
[[nodiscard]] boost::json::value load_vectors(std::string_view file);

/// Bytes of a field; throw when it is absent or not in that encoding.
[[nodiscard]] Bytes hex_field(const boost::json::value& object, std::string_view name);
[[nodiscard]] Bytes base64_field(const boost::json::value& object, std::string_view name);
[[nodiscard]] Bytes bytes_from_hex(std::string_view text);
[[nodiscard]] Bytes bytes_from_base64(std::string_view text);
[[nodiscard]] std::string text_field(const boost::json::value& object, std::string_view name);
[[nodiscard]] bool has_field(const boost::json::value& object, std::string_view name);

} // namespace staffroom::tests
