#include "protocol/wire/codec_link.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/wire/convert_link.hpp"
#include "protocol/wire/form/convert.hpp"

#include <google/protobuf/stubs/logging.h>

#include <tuple>
#include <type_traits>

namespace staffroom::wire {
namespace {

/// One message of a link: the byte in front of it, our struct, protobuf's.
template <std::uint8_t Byte, class PlainType, class ShapeType> struct Row {
    static constexpr std::uint8_t byte = Byte;
    using Plain = PlainType;
    using Shape = ShapeType;
};

/// Every message. The bytes are on the wire: never renumber. One that is in Message and not here
/// does not compile.
using Rows = std::tuple<
    Row<1, Hello, schema::Hello>,
    Row<2, WhoAreYou, schema::WhoAreYou>,
    Row<3, Ranges, schema::Ranges>,
    Row<4, Offers, schema::Offers>,
    Row<5, Ask, schema::Ask>,
    Row<6, Want, schema::Want>,
    Row<7, Credit, schema::Credit>,
    Row<8, StopStream, schema::StopStream>,
    Row<9, Chunk, schema::Chunk>,
    Row<10, WantBodies, schema::WantBodies>,
    Row<11, Bodies, schema::Bodies>,
    Row<12, InviteOffer, schema::InviteOffer>,
    Row<13, JoinRequest, schema::JoinRequest>,
    Row<14, JoinAnswer, schema::JoinAnswer>,
    Row<15, Ping, schema::Ping>,
    Row<16, Pong, schema::Pong>,
    Row<17, Goodbye, schema::Goodbye>,
    // From here on: a node that does not know them passes them over and still shares every text.
    Row<128, WantFile, schema::WantFile>,
    Row<129, FileFound, schema::FileFound>,
    Row<130, WantPieces, schema::WantPieces>,
    Row<131, FilePiece, schema::FilePiece>,
    Row<132, FileHere, schema::FileHere>,
    Row<133, ForkQuestion, schema::ForkQuestion>,
    Row<134, ForkAnswer, schema::ForkAnswer>,
    Row<135, ChainQuestion, schema::ChainQuestion>,
    Row<136, ChainFound, schema::ChainFound>,
    Row<137, LinkOffer, schema::LinkOffer>,
    Row<138, LinkAccept, schema::LinkAccept>,
    Row<139, LinkAnswer, schema::LinkAnswer>,
    Row<140, FarHello, schema::FarHello>,
    Row<141, FarCrossing, schema::FarCrossing>,
    Row<142, FarAsk, schema::FarAsk>,
    Row<143, FarRelay, schema::FarRelay>,
    Row<144, FarActs, schema::FarActs>,
    Row<145, FarGone, schema::FarGone>,
    Row<146, FarAskOrders, schema::FarAskOrders>,
    Row<147, FarOrders, schema::FarOrders>,
    Row<148, FarReceipts, schema::FarReceipts>>;
static_assert(std::tuple_size_v<Rows> == std::variant_size_v<Message>);

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

Bytes encode_chunk(const ChunkParts& parts) {
    return typed(byte_of<Chunk>(), chunk_shape(parts));
}

Result<Message> decode_message(ByteView bytes) {
    if (bytes.empty())
        return fail(Errc::truncated, "message");
    return decode_row(bytes[0], bytes.subspan(1), static_cast<Rows*>(nullptr));
}

} // namespace staffroom::wire
