#include "node/runtime/system_random.hpp"

#include <sodium.h>

namespace staffroom::runtime {

void SystemRandom::fill(std::span<std::uint8_t> out) {
    randombytes_buf(out.data(), out.size());
}

} // namespace staffroom::runtime
