// The shortest inputs that once ended a fuzz target, each with its fault. The replay in the test
// command runs them.
#pragma once

#include "protocol/base/bytes.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace staffroom::fuzz {

struct Found {
    std::string_view target;
    Bytes input;
};

[[nodiscard]] inline std::vector<Found> found() {
    const auto text = [](std::string_view words) { return to_bytes(as_view(words)); };
    return {
        // Assertions of toml++ 3.3, which are exceptions now (node/base/toml.hpp).
        {"settings", text("[=a]")},
        {"settings", text("[ #]")},
        {"settings", text("a = 1:")},
        {"settings", text("a = 00:00:")},
        // Up and back again: elsewhere where b is a link.
        {"manifest", text("path\tsha256\nb/../a\t" + std::string(64, 'a') + "\n")},
        // Any host was taken in brackets, and written back as another one.
        {"address", text("[1]]:63556")},
    };
}

} // namespace staffroom::fuzz
