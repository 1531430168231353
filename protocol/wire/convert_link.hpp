// Every message of a link: its conversions between protobuf's shape and the plain struct, and its
// row: byte, struct, shape, whom it is for. Internal to the link codec, which alone includes it.
#pragma once

#include "protocol/wire/codec_link.hpp"
#include "protocol/wire/form/schema.pb.h"

#include <tuple>

namespace staffroom::wire {

[[nodiscard]] schema::Hello to_shape(const Hello& message);
[[nodiscard]] schema::WhoAreYou to_shape(const WhoAreYou& message);
[[nodiscard]] schema::Ranges to_shape(const Ranges& message);
[[nodiscard]] schema::Offers to_shape(const Offers& message);
[[nodiscard]] schema::Ask to_shape(const Ask& message);
[[nodiscard]] schema::Want to_shape(const Want& message);
[[nodiscard]] schema::Credit to_shape(const Credit& message);
[[nodiscard]] schema::StopStream to_shape(const StopStream& message);
[[nodiscard]] schema::Chunk to_shape(const Chunk& message);
[[nodiscard]] schema::Chunk chunk_shape(const ChunkParts& parts);
[[nodiscard]] schema::WantBodies to_shape(const WantBodies& message);
[[nodiscard]] schema::Bodies to_shape(const Bodies& message);
[[nodiscard]] schema::InviteOffer to_shape(const InviteOffer& message);
[[nodiscard]] schema::JoinRequest to_shape(const JoinRequest& message);
[[nodiscard]] schema::JoinAnswer to_shape(const JoinAnswer& message);
[[nodiscard]] schema::Ping to_shape(const Ping& message);
[[nodiscard]] schema::Pong to_shape(const Pong& message);
[[nodiscard]] schema::Goodbye to_shape(const Goodbye& message);
[[nodiscard]] schema::WantFile to_shape(const WantFile& message);
[[nodiscard]] schema::FileFound to_shape(const FileFound& message);
[[nodiscard]] schema::WantPieces to_shape(const WantPieces& message);
[[nodiscard]] schema::FilePiece to_shape(const FilePiece& message);
[[nodiscard]] schema::FileHere to_shape(const FileHere& message);
[[nodiscard]] schema::ForkQuestion to_shape(const ForkQuestion& message);
[[nodiscard]] schema::ForkAnswer to_shape(const ForkAnswer& message);
[[nodiscard]] schema::ChainQuestion to_shape(const ChainQuestion& message);
[[nodiscard]] schema::ChainFound to_shape(const ChainFound& message);
[[nodiscard]] schema::LinkOffer to_shape(const LinkOffer& message);
[[nodiscard]] schema::LinkAccept to_shape(const LinkAccept& message);
[[nodiscard]] schema::LinkAnswer to_shape(const LinkAnswer& message);
[[nodiscard]] schema::FarHello to_shape(const FarHello& message);
[[nodiscard]] schema::FarCrossing to_shape(const FarCrossing& message);
[[nodiscard]] schema::FarAsk to_shape(const FarAsk& message);
[[nodiscard]] schema::FarRelay to_shape(const FarRelay& message);
[[nodiscard]] schema::FarActs to_shape(const FarActs& message);
[[nodiscard]] schema::FarGone to_shape(const FarGone& message);
[[nodiscard]] schema::FarAskOrders to_shape(const FarAskOrders& message);
[[nodiscard]] schema::FarOrders to_shape(const FarOrders& message);
[[nodiscard]] schema::FarReceipts to_shape(const FarReceipts& message);

// Errors of all of these: malformed, too_large, unknown_value.
[[nodiscard]] Result<Hello> from_shape(const schema::Hello& shape);
[[nodiscard]] Result<WhoAreYou> from_shape(const schema::WhoAreYou& shape);
[[nodiscard]] Result<Ranges> from_shape(const schema::Ranges& shape);
[[nodiscard]] Result<Offers> from_shape(const schema::Offers& shape);
[[nodiscard]] Result<Ask> from_shape(const schema::Ask& shape);
[[nodiscard]] Result<Want> from_shape(const schema::Want& shape);
[[nodiscard]] Result<Credit> from_shape(const schema::Credit& shape);
[[nodiscard]] Result<StopStream> from_shape(const schema::StopStream& shape);
[[nodiscard]] Result<Chunk> from_shape(const schema::Chunk& shape);
[[nodiscard]] Result<WantBodies> from_shape(const schema::WantBodies& shape);
[[nodiscard]] Result<Bodies> from_shape(const schema::Bodies& shape);
[[nodiscard]] Result<InviteOffer> from_shape(const schema::InviteOffer& shape);
[[nodiscard]] Result<JoinRequest> from_shape(const schema::JoinRequest& shape);
[[nodiscard]] Result<JoinAnswer> from_shape(const schema::JoinAnswer& shape);
[[nodiscard]] Result<Ping> from_shape(const schema::Ping& shape);
[[nodiscard]] Result<Pong> from_shape(const schema::Pong& shape);
[[nodiscard]] Result<Goodbye> from_shape(const schema::Goodbye& shape);
[[nodiscard]] Result<WantFile> from_shape(const schema::WantFile& shape);
[[nodiscard]] Result<FileFound> from_shape(const schema::FileFound& shape);
[[nodiscard]] Result<WantPieces> from_shape(const schema::WantPieces& shape);
[[nodiscard]] Result<FilePiece> from_shape(const schema::FilePiece& shape);
[[nodiscard]] Result<FileHere> from_shape(const schema::FileHere& shape);
[[nodiscard]] Result<ForkQuestion> from_shape(const schema::ForkQuestion& shape);
[[nodiscard]] Result<ForkAnswer> from_shape(const schema::ForkAnswer& shape);
[[nodiscard]] Result<ChainQuestion> from_shape(const schema::ChainQuestion& shape);
[[nodiscard]] Result<ChainFound> from_shape(const schema::ChainFound& shape);
[[nodiscard]] Result<LinkOffer> from_shape(const schema::LinkOffer& shape);
[[nodiscard]] Result<LinkAccept> from_shape(const schema::LinkAccept& shape);
[[nodiscard]] Result<LinkAnswer> from_shape(const schema::LinkAnswer& shape);
[[nodiscard]] Result<FarHello> from_shape(const schema::FarHello& shape);
[[nodiscard]] Result<FarCrossing> from_shape(const schema::FarCrossing& shape);
[[nodiscard]] Result<FarAsk> from_shape(const schema::FarAsk& shape);
[[nodiscard]] Result<FarRelay> from_shape(const schema::FarRelay& shape);
[[nodiscard]] Result<FarActs> from_shape(const schema::FarActs& shape);
[[nodiscard]] Result<FarGone> from_shape(const schema::FarGone& shape);
[[nodiscard]] Result<FarAskOrders> from_shape(const schema::FarAskOrders& shape);
[[nodiscard]] Result<FarOrders> from_shape(const schema::FarOrders& shape);
[[nodiscard]] Result<FarReceipts> from_shape(const schema::FarReceipts& shape);

/// One message of a link: the byte in front of it, our struct, protobuf's, whom it is for.
template <std::uint8_t Byte, class PlainType, class ShapeType, Between Whom = Between::members>
struct Row {
    static constexpr std::uint8_t byte = Byte;
    static constexpr Between between = Whom;
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
    Row<15, Ping, schema::Ping, Between::anybody>,
    Row<16, Pong, schema::Pong, Between::anybody>,
    Row<17, Goodbye, schema::Goodbye, Between::anybody>,
    // From here on: a node that does not know them passes them over and still shares every text.
    Row<128, WantFile, schema::WantFile, Between::both>,
    Row<129, FileFound, schema::FileFound, Between::both>,
    Row<130, WantPieces, schema::WantPieces, Between::both>,
    Row<131, FilePiece, schema::FilePiece, Between::both>,
    Row<132, FileHere, schema::FileHere, Between::both>,
    Row<133, ForkQuestion, schema::ForkQuestion>,
    Row<134, ForkAnswer, schema::ForkAnswer>,
    Row<135, ChainQuestion, schema::ChainQuestion>,
    Row<136, ChainFound, schema::ChainFound>,
    Row<137, LinkOffer, schema::LinkOffer>,
    Row<138, LinkAccept, schema::LinkAccept>,
    Row<139, LinkAnswer, schema::LinkAnswer>,
    Row<140, FarHello, schema::FarHello, Between::networks>,
    Row<141, FarCrossing, schema::FarCrossing, Between::networks>,
    Row<142, FarAsk, schema::FarAsk, Between::networks>,
    Row<143, FarRelay, schema::FarRelay, Between::networks>,
    Row<144, FarActs, schema::FarActs, Between::networks>,
    Row<145, FarGone, schema::FarGone, Between::networks>,
    Row<146, FarAskOrders, schema::FarAskOrders, Between::networks>,
    Row<147, FarOrders, schema::FarOrders, Between::networks>,
    Row<148, FarReceipts, schema::FarReceipts, Between::networks>>;
static_assert(std::tuple_size_v<Rows> == std::variant_size_v<Message>);

} // namespace staffroom::wire
