#include "node/base/environment.hpp"

#include <cstdlib>

namespace staffroom::node {

std::optional<std::string> environment_value(const std::string& name) {
    const char* value = std::getenv(name.c_str()); // NOLINT(concurrency-mt-unsafe): never set here
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

} // namespace staffroom::node
