#include "tests/support/store/places.hpp"

#include <cstdlib>

namespace staffroom::tests {

std::filesystem::path shared_place() {
    const char* given = std::getenv("TEST_SHARED_DIR");
    return given != nullptr ? given : SHARED_DIR;
}

std::filesystem::path configs_place() {
    return CONFIGS_DIR;
}

} // namespace staffroom::tests
