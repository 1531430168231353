#include "protocol/wire/form/fields.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>

namespace staffroom::wire {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

constexpr std::size_t varint_bytes_max = 10;

void append_varint(Bytes& to, std::uint64_t value) {
    std::uint8_t bytes[varint_bytes_max];
    to.insert(to.end(), bytes, CodedOutputStream::WriteVarint64ToArray(value, bytes));
}

void append_tag(Bytes& to, std::uint32_t number, WireFormatLite::WireType type) {
    append_varint(to, WireFormatLite::MakeTag(static_cast<int>(number), type));
}

} // namespace

Result<FoundField> FieldReader::next() {
    if (rest_.size() > std::numeric_limits<int>::max())
        return fail(Errc::too_large, "message");
    CodedInputStream in(rest_.data(), static_cast<int>(rest_.size()));
    const std::uint32_t tag = in.ReadTag(); // 0 where there is none
    const auto number = static_cast<std::uint32_t>(WireFormatLite::GetTagFieldNumber(tag));
    const auto type = WireFormatLite::GetTagWireType(tag);
    std::uint64_t value = 0;
    if (number == 0 ||
        (type != WireFormatLite::WIRETYPE_VARINT &&
         type != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) ||
        !in.ReadVarint64(&value))
        return fail(Errc::malformed, "field");
    rest_ = rest_.subspan(static_cast<std::size_t>(in.CurrentPosition()));
    if (type == WireFormatLite::WIRETYPE_VARINT)
        return FoundField{number, false, value, {}};
    if (value > rest_.size())
        return fail(Errc::malformed, "a field that is longer than its message");
    const ByteView bytes = rest_.first(static_cast<std::size_t>(value));
    rest_ = rest_.subspan(bytes.size());
    return FoundField{number, true, 0, bytes};
}

void append_number(Bytes& to, std::uint32_t number, std::uint64_t value) {
    if (value == 0)
        return;
    append_tag(to, number, WireFormatLite::WIRETYPE_VARINT);
    append_varint(to, value);
}

void append_bytes(Bytes& to, std::uint32_t number, ByteView value, bool is_repeated) {
    if (value.empty() && !is_repeated)
        return;
    append_tag(to, number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    append_varint(to, value.size());
    append(to, value);
}

} // namespace staffroom::wire
