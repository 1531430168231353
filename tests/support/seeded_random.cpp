#include "tests/support/seeded_random.hpp"

namespace staffroom::tests {

static_assert(randombytes_SEEDBYTES == 32);

SeededRandom::SeededRandom(std::uint64_t seed)
    : seed_(seed) {}

void SeededRandom::fill(std::span<std::uint8_t> out) {
    Bytes stream;
    append_u64_be(stream, seed_);
    append_u64_be(stream, calls_++);
    stream.resize(randombytes_SEEDBYTES);
    if (out.empty())
        return; // libsodium wants a place even for nothing
    randombytes_buf_deterministic(out.data(), out.size(), stream.data());
}

} // namespace staffroom::tests
