// Randomness as an argument: the daemon passes the system's generator, the simulator a seeded one.
#pragma once

#include "protocol/base/bytes.hpp"

namespace staffroom {

class Random {
public:
    Random() = default;
    Random(const Random&) = delete;
    Random& operator=(const Random&) = delete;
    Random(Random&&) = delete;
    Random& operator=(Random&&) = delete;
    virtual ~Random() = default;

    /// Fills `out` with unpredictable bytes.
    virtual void fill(std::span<std::uint8_t> out) = 0;

    template <class Fixed> [[nodiscard]] Fixed make() {
        typename Fixed::Raw raw{};
        fill(raw);
        return Fixed(raw);
    }

    /// Draws a number uniformly from [0, bound); `bound` > 0. The draw is slightly biased for
    /// bounds near 2^64, which nobody uses.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
        std::array<std::uint8_t, 8> raw{};
        fill(raw);
        return read_u64_be(raw) % bound;
    }
};

} // namespace staffroom
