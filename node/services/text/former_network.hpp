// The sentence for words of a school that stand in a network to which it belongs no longer: said
// where it takes back and where it erases.
#pragma once

#include "protocol/base/text.hpp"
#include "protocol/replica/ports/status.hpp"

#include <string>

namespace staffroom::services {

/// Returns the step: who can order there that the words of `school` go, and how. They know no name
/// of a school that is no member.
[[nodiscard]] inline std::string
step_for_former(const replica::FormerNetwork& network, const SchoolId& school) {
    return "ask two coordinators of " + network.name +
           ", who can order it together: each runs `staffroom erase --school " + to_base32(school) +
           " --after 0 --reason asked`, which takes all that this school wrote there.";
}

} // namespace staffroom::services
