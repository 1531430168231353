#include "protocol/wire/codec_link.hpp"

#include "protocol/base/limits.hpp"
#include "protocol/wire/convert.hpp"
#include "protocol/wire/convert_link.hpp"

#include <google/protobuf/stubs/logging.h>

namespace staffroom::wire {
namespace {

/// The byte in front of each message. On the wire: never renumber.
enum class MessageType : std::uint8_t {
    hello = 1,
    who_are_you = 2,
    ranges = 3,
    offers = 4,
    ask = 5,
    want = 6,
    credit = 7,
    stop_stream = 8,
    chunk = 9,
    want_bodies = 10,
    bodies = 11,
    invite_offer = 12,
    join_request = 13,
    join_answer = 14,
    ping = 15,
    pong = 16,
    goodbye = 17,
    // A node that does not know a type from here on passes it over and still shares every text.
    want_file = 128,
    file_found = 129,
    want_pieces = 130,
    file_piece = 131,
    file_here = 132,
    fork_question = 133,
    fork_answer = 134,
};

template <class Shape> Bytes typed(MessageType type, const Shape& shape) {
    Bytes out(1 + shape.ByteSizeLong());
    out[0] = static_cast<std::uint8_t>(type);
    shape.SerializeToArray(out.data() + 1, static_cast<int>(out.size() - 1));
    return out;
}

struct Encoder {
    Bytes operator()(const Hello& m) const { return typed(MessageType::hello, to_shape(m)); }
    Bytes operator()(const WhoAreYou&) const {
        return typed(MessageType::who_are_you, schema::WhoAreYou());
    }
    Bytes operator()(const Ranges& m) const { return typed(MessageType::ranges, to_shape(m)); }
    Bytes operator()(const Offers& m) const { return typed(MessageType::offers, to_shape(m)); }
    Bytes operator()(const Ask& m) const { return typed(MessageType::ask, to_shape(m)); }
    Bytes operator()(const Want& m) const { return typed(MessageType::want, to_shape(m)); }
    Bytes operator()(const Credit& m) const { return typed(MessageType::credit, to_shape(m)); }
    Bytes operator()(const StopStream& m) const {
        return typed(MessageType::stop_stream, to_shape(m));
    }
    Bytes operator()(const Chunk& m) const { return typed(MessageType::chunk, to_shape(m)); }
    Bytes operator()(const WantBodies& m) const {
        return typed(MessageType::want_bodies, to_shape(m));
    }
    Bytes operator()(const Bodies& m) const { return typed(MessageType::bodies, to_shape(m)); }
    Bytes operator()(const InviteOffer& m) const {
        return typed(MessageType::invite_offer, to_shape(m));
    }
    Bytes operator()(const JoinRequest& m) const {
        return typed(MessageType::join_request, to_shape(m));
    }
    Bytes operator()(const JoinAnswer& m) const {
        return typed(MessageType::join_answer, to_shape(m));
    }
    Bytes operator()(const Ping& m) const { return typed(MessageType::ping, to_shape(m)); }
    Bytes operator()(const Pong& m) const { return typed(MessageType::pong, to_shape(m)); }
    Bytes operator()(const Goodbye& m) const { return typed(MessageType::goodbye, to_shape(m)); }
    Bytes operator()(const WantFile& m) const { return typed(MessageType::want_file, to_shape(m)); }
    Bytes operator()(const FileFound& m) const {
        return typed(MessageType::file_found, to_shape(m));
    }
    Bytes operator()(const WantPieces& m) const {
        return typed(MessageType::want_pieces, to_shape(m));
    }
    Bytes operator()(const FilePiece& m) const {
        return typed(MessageType::file_piece, to_shape(m));
    }
    Bytes operator()(const FileHere& m) const { return typed(MessageType::file_here, to_shape(m)); }
    Bytes operator()(const ForkQuestion& m) const {
        return typed(MessageType::fork_question, to_shape(m));
    }
    Bytes operator()(const ForkAnswer& m) const {
        return typed(MessageType::fork_answer, to_shape(m));
    }
};

template <class Shape> Result<Message> decode_as(ByteView bytes) {
    Shape shape;
    if (auto parsed = parse_into(shape, bytes, limits::message_bytes_max); !parsed)
        return fail(parsed.error());
    auto message = from_shape(shape);
    if (!message)
        return fail(message.error());
    return Message(std::move(*message));
}

} // namespace

void keep_protobuf_quiet() {
    google::protobuf::SetLogHandler(nullptr);
}

Bytes encode_message(const Message& message) {
    return std::visit(Encoder{}, message);
}

Bytes encode_chunk(const ChunkParts& parts) {
    return typed(MessageType::chunk, chunk_shape(parts));
}

Result<Message> decode_message(ByteView bytes) {
    if (bytes.empty())
        return fail(Errc::truncated, "message");
    const ByteView rest = bytes.subspan(1);
    switch (static_cast<MessageType>(bytes[0])) {
    case MessageType::hello: return decode_as<schema::Hello>(rest);
    case MessageType::who_are_you: return Message(WhoAreYou{});
    case MessageType::ranges: return decode_as<schema::Ranges>(rest);
    case MessageType::offers: return decode_as<schema::Offers>(rest);
    case MessageType::ask: return decode_as<schema::Ask>(rest);
    case MessageType::want: return decode_as<schema::Want>(rest);
    case MessageType::credit: return decode_as<schema::Credit>(rest);
    case MessageType::stop_stream: return decode_as<schema::StopStream>(rest);
    case MessageType::chunk: return decode_as<schema::Chunk>(rest);
    case MessageType::want_bodies: return decode_as<schema::WantBodies>(rest);
    case MessageType::bodies: return decode_as<schema::Bodies>(rest);
    case MessageType::invite_offer: return decode_as<schema::InviteOffer>(rest);
    case MessageType::join_request: return decode_as<schema::JoinRequest>(rest);
    case MessageType::join_answer: return decode_as<schema::JoinAnswer>(rest);
    case MessageType::ping: return decode_as<schema::Ping>(rest);
    case MessageType::pong: return decode_as<schema::Pong>(rest);
    case MessageType::goodbye: return decode_as<schema::Goodbye>(rest);
    case MessageType::want_file: return decode_as<schema::WantFile>(rest);
    case MessageType::file_found: return decode_as<schema::FileFound>(rest);
    case MessageType::want_pieces: return decode_as<schema::WantPieces>(rest);
    case MessageType::file_piece: return decode_as<schema::FilePiece>(rest);
    case MessageType::file_here: return decode_as<schema::FileHere>(rest);
    case MessageType::fork_question: return decode_as<schema::ForkQuestion>(rest);
    case MessageType::fork_answer: return decode_as<schema::ForkAnswer>(rest);
    }
    return fail(Errc::unknown_value, "message type");
}

} // namespace staffroom::wire
