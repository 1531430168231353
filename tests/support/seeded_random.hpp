// A Random whose bytes follow from a seed alone: the same seed gives the same keys, messages and
// failures. For tests and the simulator, never for real keys.
#pragma once

#include "protocol/base/random.hpp"

#include <sodium.h>

namespace staffroom::tests {

class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed);
    void fill(std::span<std::uint8_t> out) override;

private:
    std::uint64_t seed_;
    std::uint64_t calls_ = 0;
};

} // namespace staffroom::tests
