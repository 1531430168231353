#include "tests/fuzz/test_keys.hpp"

#include <algorithm>

namespace staffroom::fuzz {
namespace {

const std::vector<crypto::SigningKey>& all_keys() {
    static const std::vector<crypto::SigningKey> keys = [] {
        std::vector<crypto::SigningKey> made;
        for (unsigned number = 0; number < test_keys; ++number) {
            crypto::Secret32 seed;
            std::ranges::fill(seed.writable(), static_cast<std::uint8_t>(number + 1));
            made.emplace_back(seed);
        }
        return made;
    }();
    return keys;
}

} // namespace

const crypto::SigningKey& test_key(unsigned number) {
    return all_keys()[number % test_keys];
}

std::optional<unsigned> test_key_number(const SigningPublicKey& key) {
    for (unsigned number = 0; number < test_keys; ++number) {
        if (test_key(number).public_key() == key)
            return number;
    }
    return std::nullopt;
}

} // namespace staffroom::fuzz
