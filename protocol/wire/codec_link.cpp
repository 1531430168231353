#include "protocol/wire/codec_link.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

#include <google/protobuf/stubs/logging.h>

#include <type_traits>

namespace staffroom::wire {
namespace {

/// The byte of a message: index of its row by its type.
template <class Plain, class... Each> constexpr std::uint8_t byte_in(std::tuple<Each...>*) {
    return static_cast<std::uint8_t>(
        (0 + ... + (std::is_same_v<Plain, typename Each::Plain> ? Each::byte : 0))
    );
}

template <class Plain> constexpr std::uint8_t byte_of() {
    constexpr std::uint8_t byte = byte_in<Plain>(static_cast<Rows*>(nullptr));
    static_assert(byte != 0, "a message without a row");
    return byte;
}

template <class Plain, class... Each> constexpr Between between_in(std::tuple<Each...>*) {
    Between found = Between::members;
    ((std::is_same_v<Plain, typename Each::Plain> ? void(found = Each::between) : void()), ...);
    return found;
}

template <class Shape> Bytes typed(std::uint8_t byte, const Shape& shape) {
    Bytes out(1 + shape.ByteSizeLong());
    out[0] = byte;
    shape.SerializeToArray(out.data() + 1, static_cast<int>(out.size() - 1));
    return out;
}

template <class Shape> Result<Message> decode_as(ByteView bytes) {
    Shape shape;
    if (auto parsed = parse_into(shape, bytes, limits::message_bytes_max); !parsed)
        return fail(parsed.error());
    auto message = from_shape(shape);
    if (!message)
        return fail(message.error());
    return Message(std::move(*message));
}

template <class... Each>
Result<Message> decode_row(std::uint8_t byte, ByteView rest, std::tuple<Each...>*) {
    Result<Message> message = fail(Errc::unknown_value, "message type");
    const auto decode = [&]<class One>(std::type_identity<One>) {
        if (byte == One::byte)
            message = decode_as<typename One::Shape>(rest);
    };
    (decode(std::type_identity<Each>()), ...);
    return message;
}

} // namespace

void keep_protobuf_quiet() {
    google::protobuf::SetLogHandler(nullptr);
}

Bytes encode_message(const Message& message) {
    return std::visit(
        []<class Plain>(const Plain& plain) { return typed(byte_of<Plain>(), to_shape(plain)); },
        message
    );
}

Between travels_between(const Message& message) {
    return std::visit(
        []<class Plain>(const Plain&) { return between_in<Plain>(static_cast<Rows*>(nullptr)); },
        message
    );
}

Bytes encode_chunk(const ChunkParts& parts) {
    return typed(byte_of<Chunk>(), chunk_shape(parts));
}

Result<Message> decode_message(ByteView bytes) {
    if (bytes.empty())
        return fail(Errc::truncated, "message");
    return decode_row(bytes[0], bytes.subspan(1), static_cast<Rows*>(nullptr));
}

} // namespace staffroom::wire
