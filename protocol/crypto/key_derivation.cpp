#include "protocol/crypto/key_derivation.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom::crypto {
namespace {

/// Returns the start of `key`, never null: libsodium demands that, and the start of an empty view
/// may be null.
const std::uint8_t* start_of(ByteView key) {
    static constexpr std::uint8_t nothing = 0;
    return key.empty() ? &nothing : key.data();
}

/// HMAC-SHA256 in parts. Its state is as good as the key, so it is wiped.
class HmacSha256 {
public:
    explicit HmacSha256(ByteView key)
        : state_{} {
        crypto_auth_hmacsha256_init(&state_, start_of(key), key.size());
    }
    HmacSha256(const HmacSha256&) = delete;
    HmacSha256& operator=(const HmacSha256&) = delete;
    HmacSha256(HmacSha256&&) = delete;
    HmacSha256& operator=(HmacSha256&&) = delete;
    ~HmacSha256() { sodium_memzero(&state_, sizeof state_); }

    HmacSha256& update(ByteView part) {
        crypto_auth_hmacsha256_update(&state_, part.data(), part.size());
        return *this;
    }
    [[nodiscard]] Secret32 finish() {
        Secret32 tag;
        crypto_auth_hmacsha256_final(&state_, tag.writable().data());
        return tag;
    }

private:
    crypto_auth_hmacsha256_state state_;
};

using Sha512State = crypto_auth_hmacsha512_state;

/// Computes the HMAC of `first` and `second` under the key that `keyed` was made with. Starting
/// from a copy of the keyed state saves two of four hash blocks in every PBKDF2 round.
Secret<64> hmac_sha512(const Sha512State& keyed, ByteView first, ByteView second) {
    Sha512State state = keyed;
    crypto_auth_hmacsha512_update(&state, first.data(), first.size());
    crypto_auth_hmacsha512_update(&state, second.data(), second.size());
    Secret<64> tag;
    crypto_auth_hmacsha512_final(&state, tag.writable().data());
    sodium_memzero(&state, sizeof state);
    return tag;
}

void xor_into(std::span<std::uint8_t> target, ByteView mask) {
    for (std::size_t i = 0; i < target.size(); ++i)
        target[i] = static_cast<std::uint8_t>(target[i] ^ mask[i]);
}

} // namespace

Digest sha256(ByteView message) {
    Digest::Raw raw{};
    crypto_hash_sha256(raw.data(), message.data(), message.size());
    return Digest(raw);
}

Secret32 hmac_sha256(ByteView key, ByteView message) {
    return HmacSha256(key).update(message).finish();
}

Secret32 hkdf_extract(ByteView salt, ByteView key_material) {
    // HMAC pads its key with zeros, so an empty salt is already the 32 zero bytes that RFC 5869
    // asks for.
    return hmac_sha256(salt, key_material);
}

Result<void>
hkdf_expand(const Secret32& pseudorandom_key, ByteView info, std::span<std::uint8_t> out) {
    if (out.size() > hkdf_bytes_max)
        return fail(Errc::out_of_range, "more than 255 blocks of key material");
    Secret32 block;
    ByteView previous;
    std::uint8_t number = 1;
    while (!out.empty()) {
        const std::array<std::uint8_t, 1> suffix{number++};
        block = HmacSha256(pseudorandom_key.view())
                    .update(previous)
                    .update(info)
                    .update(suffix)
                    .finish();
        previous = block.view();
        const std::size_t count = std::min(out.size(), previous.size());
        std::copy_n(previous.begin(), count, out.begin());
        out = out.subspan(count);
    }
    return {};
}

void pbkdf2_hmac_sha512(
    // NOLINTNEXTLINE(bugprone-easily-swappable-parameters): the order of RFC 8018
    ByteView password,
    ByteView salt,
    std::uint32_t rounds,
    std::span<std::uint8_t> out
) {
    ensure(rounds > 0);
    Sha512State keyed{};
    crypto_auth_hmacsha512_init(&keyed, start_of(password), password.size());
    std::uint32_t block = 1;
    while (!out.empty()) {
        Bytes number;
        append_u32_be(number, block++);
        Secret<64> link = hmac_sha512(keyed, salt, number);
        Secret<64> sum = link.copy();
        for (std::uint32_t round = 1; round < rounds; ++round) {
            link = hmac_sha512(keyed, link.view(), {});
            xor_into(sum.writable(), link.view());
        }
        const std::size_t count = std::min(out.size(), sum.view().size());
        std::copy_n(sum.view().begin(), count, out.begin());
        out = out.subspan(count);
    }
    sodium_memzero(&keyed, sizeof keyed);
}

} // namespace staffroom::crypto
