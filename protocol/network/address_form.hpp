// How an address that others may dial looks: host:port. A notice with another one in its list is
// refused as a whole. [N4]
#pragma once

#include <string_view>

namespace staffroom::network {

/// HOST:PORT of at most 255 bytes. HOST is a name or an IPv4 address (letters, digits, hyphen,
/// underscore, dot) or an IPv6 address in brackets; PORT is 1 to 65535, without a leading zero.
/// Whether anybody is there is another matter.
[[nodiscard]] bool is_dialable(std::string_view address);

} // namespace staffroom::network
