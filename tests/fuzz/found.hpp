// The shortest inputs that once ended a fuzz target, each with what was wrong. Run by the replay in
// the test command.
#pragma once

#include "protocol/base/bytes.hpp"

#include <string_view>
#include <vector>

namespace staffroom::fuzz {

struct Found {
    std::string_view target;
    Bytes input;
};

/// None so far.
[[nodiscard]] inline std::vector<Found> found() {
    return {};
}

} // namespace staffroom::fuzz
