// Where other schools reach this node, for the answer that goes with a code.
#pragma once

#include "node/services/services.hpp"

#include <string>

namespace staffroom::http::api {

/// A published address, else where the node listens. A node that listens everywhere is named by its
/// host name.
[[nodiscard]] std::string own_address(const services::Services& services);

} // namespace staffroom::http::api
