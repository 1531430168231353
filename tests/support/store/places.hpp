// The places of the files that tests read beside the code. The only part of the tests that knows a
// path, so that objects of all others are the same in every checkout.
#pragma once

#include <filesystem>

namespace staffroom::tests {

/// The folder of the shared corpus and vectors: TEST_SHARED_DIR of the environment, else the one
/// known when this was built. It need not be there.
[[nodiscard]] std::filesystem::path shared_place();

/// The project's configs/.
[[nodiscard]] std::filesystem::path configs_place();

} // namespace staffroom::tests
