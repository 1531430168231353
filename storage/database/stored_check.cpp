#include "storage/database/stored_check.hpp"

#include <sodium.h>

namespace staffroom::storage {

StoredCheck stored_check(std::initializer_list<ByteView> parts) {
    // Stored: never change.
    constexpr std::array<std::uint8_t, crypto_generichash_blake2b_PERSONALBYTES> personal{
        's', 'r', '.', 's', 't', 'o', 'r', 'e', 'd', '.', '1'};
    crypto_generichash_blake2b_state state{};
    crypto_generichash_blake2b_init_salt_personal(
        &state, nullptr, 0, stored_check_bytes, nullptr, personal.data()
    );
    for (const ByteView part : parts)
        crypto_generichash_blake2b_update(&state, part.data(), part.size());
    StoredCheck check{};
    crypto_generichash_blake2b_final(&state, check.data(), check.size());
    return check;
}

} // namespace staffroom::storage
