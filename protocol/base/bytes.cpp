#include "protocol/base/bytes.hpp"

#include "protocol/base/ensure.hpp"

namespace staffroom {
namespace {

template <class Integer> void append_be(Bytes& out, Integer value) {
    for (std::size_t shift = sizeof(Integer) * 8; shift > 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>((value >> (shift - 8)) & 0xffU));
}

template <class Integer> Integer read_be(ByteView bytes) {
    ensure(bytes.size() >= sizeof(Integer));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value = (value << 8U) | bytes[i];
    return static_cast<Integer>(value);
}

} // namespace

ByteView as_view(std::string_view text) {
    const void* start = text.data();
    return {static_cast<const std::uint8_t*>(start), text.size()};
}

std::string_view as_text(ByteView bytes) {
    const void* start = bytes.data();
    return {static_cast<const char*>(start), bytes.size()};
}

void append(Bytes& out, ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

void append_u16_be(Bytes& out, std::uint16_t value) {
    append_be(out, value);
}
void append_u32_be(Bytes& out, std::uint32_t value) {
    append_be(out, value);
}
void append_u64_be(Bytes& out, std::uint64_t value) {
    append_be(out, value);
}
std::uint16_t read_u16_be(ByteView bytes) {
    return read_be<std::uint16_t>(bytes);
}
std::uint32_t read_u32_be(ByteView bytes) {
    return read_be<std::uint32_t>(bytes);
}
std::uint64_t read_u64_be(ByteView bytes) {
    return read_be<std::uint64_t>(bytes);
}

} // namespace staffroom
