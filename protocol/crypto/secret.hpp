// Key bytes: move-only, wiped when they are destroyed, never printed, compared in constant time.
#pragma once

#include "protocol/base/bytes.hpp"

#include <sodium.h>

namespace staffroom::crypto {

template <std::size_t N> class Secret {
public:
    static constexpr std::size_t size_bytes = N;

    /// Makes a secret that is all zero; fill it through `writable`.
    Secret()
        : raw_{} {}
    explicit Secret(const std::array<std::uint8_t, N>& raw)
        : raw_(raw) {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept
        : raw_(other.raw_) {
        other.wipe();
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            raw_ = other.raw_;
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    [[nodiscard]] static std::optional<Secret> from(ByteView bytes) {
        if (bytes.size() != N)
            return std::nullopt;
        Secret secret;
        std::copy(bytes.begin(), bytes.end(), secret.raw_.begin());
        return secret;
    }

    /// Returns a deliberate second copy (a psk that several links may use).
    [[nodiscard]] Secret copy() const { return Secret(raw_); }
    [[nodiscard]] ByteView view() const { return ByteView(raw_); }
    [[nodiscard]] std::span<std::uint8_t> writable() { return raw_; }
    [[nodiscard]] bool equals(const Secret& other) const {
        return sodium_memcmp(raw_.data(), other.raw_.data(), N) == 0;
    }

private:
    void wipe() { sodium_memzero(raw_.data(), N); }
    std::array<std::uint8_t, N> raw_;
};

using Secret32 = Secret<32>;

} // namespace staffroom::crypto
