#include "node/base/version.hpp"

namespace staffroom::node {

std::string_view version() {
    return STAFFROOM_VERSION;
}

} // namespace staffroom::node
