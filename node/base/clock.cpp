#include "node/base/clock.hpp"

namespace staffroom::runtime {

Instant steady_now() {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since_start).count()};
}

WallTime wall_now() {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
    // A clock before 1970 is a dead battery; zero says "unknown" better than a huge number would.
    return {ms < 0 ? 0 : static_cast<std::uint64_t>(ms)};
}

} // namespace staffroom::runtime
