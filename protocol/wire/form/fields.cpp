#include "protocol/wire/form/fields.hpp"

namespace staffroom::wire {
namespace {

constexpr std::uint64_t wire_number = 0;
constexpr std::uint64_t wire_length = 2;
constexpr unsigned varint_bytes_max = 10;

void append_varint(Bytes& to, std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U)
        to.push_back(static_cast<std::uint8_t>(value | 0x80U));
    to.push_back(static_cast<std::uint8_t>(value));
}

} // namespace

Result<std::uint64_t> FieldReader::varint() {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < varint_bytes_max && i < rest_.size(); ++i) {
        const std::uint8_t byte = rest_[i];
        value |= std::uint64_t{byte & 0x7FU} << (7U * i);
        if ((byte & 0x80U) != 0)
            continue;
        rest_ = rest_.subspan(i + 1);
        return value;
    }
    return fail(Errc::malformed, "varint");
}

Result<FoundField> FieldReader::next() {
    const auto tag = varint();
    if (!tag)
        return fail(tag.error());
    const std::uint64_t number = *tag >> 3U;
    const std::uint64_t type = *tag & 7U;
    const auto value = varint();
    if (!value || number == 0 || number > UINT32_MAX >> 3U ||
        (type != wire_number && type != wire_length))
        return fail(Errc::malformed, "field");
    if (type == wire_number)
        return FoundField{static_cast<std::uint32_t>(number), false, *value, {}};
    if (*value > rest_.size())
        return fail(Errc::malformed, "a field that is longer than its message");
    const ByteView bytes = rest_.first(static_cast<std::size_t>(*value));
    rest_ = rest_.subspan(bytes.size());
    return FoundField{static_cast<std::uint32_t>(number), true, 0, bytes};
}

void append_number(Bytes& to, std::uint32_t number, std::uint64_t value) {
    if (value == 0)
        return;
    append_varint(to, (std::uint64_t{number} << 3U) | wire_number);
    append_varint(to, value);
}

void append_bytes(Bytes& to, std::uint32_t number, ByteView value, bool is_repeated) {
    if (value.empty() && !is_repeated)
        return;
    append_varint(to, (std::uint64_t{number} << 3U) | wire_length);
    append_varint(to, value.size());
    append(to, value);
}

} // namespace staffroom::wire
