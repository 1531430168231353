// Joins groups of targets to the table of one program.
#pragma once

#include "tests/fuzz/targets.hpp"

#include <initializer_list>

namespace staffroom::fuzz {

[[nodiscard]] inline Targets join(std::initializer_list<Targets (*)()> groups) {
    Targets joined;
    for (const auto group : groups) {
        const Targets more = group();
        joined.insert(joined.end(), more.begin(), more.end());
    }
    return joined;
}

} // namespace staffroom::fuzz
