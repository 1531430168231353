// The version of this program, from the top CMakeLists.txt. Not a version of the protocol or of a
// file format.
#pragma once

#include <string_view>

namespace staffroom::node {

[[nodiscard]] std::string_view version();

} // namespace staffroom::node
