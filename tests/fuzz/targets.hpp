// Every parser of protocol/ that bytes from outside reach, by name. One table for libFuzzer
// (fuzz_main) and for the replay in the test command (replay_test).
#pragma once

#include "protocol/base/bytes.hpp"

#include <span>
#include <string_view>

namespace staffroom::fuzz {

struct Target {
    std::string_view name;
    /// Ends the process when something is wrong; the answer itself does not matter.
    void (*run)(ByteView input);
};

[[nodiscard]] std::span<const Target> targets();

} // namespace staffroom::fuzz
