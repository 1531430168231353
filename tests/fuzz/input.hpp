// Reads choices off the front of a fuzz input, and writes the inputs that are to be read so. An
// input that is too short goes on with zeros, so that every input means something.
#pragma once

#include "protocol/base/ids.hpp"

#include <string>
#include <vector>

namespace staffroom::fuzz {

class InputReader {
public:
    explicit InputReader(ByteView input)
        : rest_(input) {}

    [[nodiscard]] bool is_empty() const { return rest_.empty(); }
    [[nodiscard]] ByteView rest() const { return rest_; }
    Bytes take(std::size_t count) {
        Bytes taken = to_bytes(view(count));
        taken.resize(count);
        return taken;
    }
    /// At most `count` bytes.
    ByteView view(std::size_t count) {
        const ByteView taken = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    template <class Fixed> Fixed fixed() { return *Fixed::from(take(Fixed::size_bytes)); }
    std::uint8_t u8() { return take(1)[0]; }
    std::uint16_t u16() { return read_u16_be(take(2)); }
    std::uint32_t u32() { return read_u32_be(take(4)); }
    std::uint64_t u64() { return read_u64_be(take(8)); }
    /// A length of two bytes and so many bytes, or what is left of them.
    ByteView piece() { return view(u16()); }

private:
    ByteView rest_;
};

/// As InputReader::piece reads it; what is longer than a piece can be is cut.
inline void append_piece(Bytes& out, ByteView piece) {
    const std::size_t length = std::min<std::size_t>(piece.size(), 0xffff);
    append_u16_be(out, static_cast<std::uint16_t>(length));
    append(out, piece.first(length));
}

/// Texts as inputs.
inline std::vector<Bytes> texts(const std::vector<std::string>& all) {
    std::vector<Bytes> seeds;
    for (const std::string& one : all)
        seeds.push_back(to_bytes(as_view(one)));
    return seeds;
}

} // namespace staffroom::fuzz
