// Byte strings: owning, viewed, shared and of fixed size. Every layer uses these types. Not here:
// what the bytes mean. Ids are in base/ids, encodings as text in base/text.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace staffroom {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
/// An immutable buffer that several effects may hold at once, such as a chunk on its way to disk
/// and wire.
using SharedBytes = std::shared_ptr<const Bytes>;

/// N bytes whose meaning is `Tag`. The type has no default value and no conversion, and is ordered
/// byte by byte.
template <class Tag, std::size_t N> class FixedBytes {
public:
    static constexpr std::size_t size_bytes = N;
    using Raw = std::array<std::uint8_t, N>;

    explicit constexpr FixedBytes(const Raw& raw)
        : raw_(raw) {}

    /// Returns nothing when `bytes` is not exactly N long.
    [[nodiscard]] static std::optional<FixedBytes> from(ByteView bytes) {
        if (bytes.size() != N)
            return std::nullopt;
        Raw raw{};
        std::copy(bytes.begin(), bytes.end(), raw.begin());
        return FixedBytes(raw);
    }

    [[nodiscard]] constexpr const Raw& raw() const { return raw_; }
    [[nodiscard]] constexpr ByteView view() const { return ByteView(raw_); }

    friend constexpr bool operator==(const FixedBytes&, const FixedBytes&) = default;
    friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) = default;

private:
    Raw raw_;
};

/// A hash for unordered containers of uniformly random ids. The order of such a container must
/// never reach an output.
struct FixedBytesHash {
    template <class Tag, std::size_t N>
    std::size_t operator()(const FixedBytes<Tag, N>& value) const noexcept {
        std::size_t word = 0;
        std::memcpy(&word, value.raw().data(), sizeof word);
        return word;
    }
};

[[nodiscard]] inline Bytes to_bytes(ByteView view) {
    return {view.begin(), view.end()};
}

/// Returns the bytes of `text`, for as long as `text` lives.
[[nodiscard]] ByteView as_view(std::string_view text);
/// Returns the bytes as text, for as long as they live; not checked to be UTF-8.
[[nodiscard]] std::string_view as_text(ByteView bytes);

/// Appends `more` to `out`. Not inline: GCC 12 misreads the growth of a vector whose capacity it
/// can see, and warns.
void append(Bytes& out, ByteView more);

/// Append a fixed-width integer in big-endian order, so that byte order is numeric order.
void append_u16_be(Bytes& out, std::uint16_t value);
void append_u32_be(Bytes& out, std::uint32_t value);
void append_u64_be(Bytes& out, std::uint64_t value);
/// Read a big-endian integer from the start of `bytes`, which must hold at least 2, 4 and 8 bytes.
[[nodiscard]] std::uint16_t read_u16_be(ByteView bytes);
[[nodiscard]] std::uint32_t read_u32_be(ByteView bytes);
[[nodiscard]] std::uint64_t read_u64_be(ByteView bytes);

} // namespace staffroom
