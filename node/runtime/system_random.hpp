// The operating system's random generator behind the core's Random interface. Built by app; the
// simulator has a seeded one of its own.
#pragma once

#include "protocol/base/random.hpp"

namespace staffroom::runtime {

/// The system's random generator. May be used from several threads at once. sodium_init() has run
/// before the first call.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

} // namespace staffroom::runtime
