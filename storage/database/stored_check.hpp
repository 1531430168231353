// The check that storage puts beside everything it writes: 16 bytes of BLAKE2b with a
// personalisation of its own. It finds accidental damage; it proves nothing to anybody else. Used
// by row_keys, segments and high_water.
#pragma once

#include "protocol/base/bytes.hpp"

#include <initializer_list>

namespace staffroom::storage {

inline constexpr std::size_t stored_check_bytes = 16;
using StoredCheck = std::array<std::uint8_t, stored_check_bytes>;

/// Returns the check over `parts` as one string; the caller makes sure that no two layouts give the
/// same string.
[[nodiscard]] StoredCheck stored_check(std::initializer_list<ByteView> parts);

} // namespace staffroom::storage
