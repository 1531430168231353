// The messages that carry attached files: random ones come back as they were, cut ones are refused,
// and each length and count holds at its limit and not beyond. [S11] [S12]
#include "protocol/base/limits.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::LogId;
using staffroom::Position;
using staffroom::TreeHash;
using wire::Message;

namespace {

std::uint32_t below(staffroom::tests::SeededRandom& random, std::uint64_t bound) {
    return static_cast<std::uint32_t>(random.below(bound));
}

std::vector<Message> one_of_each(staffroom::tests::SeededRandom& random) {
    std::vector<TreeHash> pieces;
    for (std::uint64_t i = random.below(9); i > 0; --i)
        pieces.push_back(random.make<TreeHash>());
    auto content = std::make_shared<Bytes>(random.below(90));
    random.fill(*content);
    const auto log = random.make<LogId>();
    const auto hash = random.make<Digest>();
    const std::uint32_t stream = below(random, 1U << 31U);
    return {
        wire::WantFile{stream, log, Position{random.below(1U << 31U)}, hash},
        wire::FileFound{
            stream,
            static_cast<wire::FileState>(random.below(3)),
            random.below(limits::attachment_bytes_max + 1),
            pieces},
        wire::WantPieces{
            stream,
            below(random, limits::file_pieces_max),
            1 + below(random, limits::pieces_under_way_max)},
        wire::FilePiece{stream, below(random, limits::file_pieces_max), content},
        wire::FileHere{log, Position{random.below(1U << 31U)}, hash}};
}

/// Why the message is refused by whoever gets it; closed when it is not.
Errc refusal(const Message& message) {
    const auto decoded = wire::decode_message(wire::encode_message(message));
    return decoded ? Errc::closed : decoded.error().code;
}

wire::FileFound found(std::uint64_t size, std::size_t pieces) {
    return {1, wire::FileState::have, size, std::vector(pieces, TreeHash(TreeHash::Raw{}))};
}

wire::WantPieces wanted(std::uint64_t first, std::size_t count) {
    return {1, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(count)};
}

wire::FilePiece piece(std::uint64_t index, std::size_t bytes) {
    return {1, static_cast<std::uint32_t>(index), std::make_shared<const Bytes>(bytes)};
}

} // namespace

TEST_CASE("file message: random ones of each type come back byte for byte", "[wire]") {
    staffroom::tests::SeededRandom random(1);
    for (int round = 0; round < 200; ++round) {
        for (const Message& message : one_of_each(random)) {
            const Bytes bytes = wire::encode_message(message);

            const auto decoded = wire::decode_message(bytes);

            REQUIRE(decoded);
            CHECK(decoded->index() == message.index());
            CHECK(wire::travels_between(message) == wire::Between::both);
            CHECK(wire::encode_message(*decoded) == bytes);
            CHECK(bytes[0] >= wire::ignorable_message_from);
        }
    }
}

TEST_CASE("file message: cut anywhere, it is refused or says something else", "[wire]") {
    staffroom::tests::SeededRandom random(2);
    for (const Message& message : one_of_each(random)) {
        const Bytes bytes = wire::encode_message(message);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto decoded = wire::decode_message(ByteView(bytes).first(length));
            CHECK((!decoded || wire::encode_message(*decoded) != bytes));
        }
    }
}

TEST_CASE("file message: noise behind every type is answered", "[wire]") {
    staffroom::tests::SeededRandom random(3);
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes(1 + random.below(80));
        random.fill(bytes);
        bytes[0] = static_cast<std::uint8_t>(128 + random.below(6));
        const auto decoded = wire::decode_message(bytes);
        if (decoded)
            CHECK(wire::decode_message(wire::encode_message(*decoded)).has_value());
    }
}

TEST_CASE("file message: sizes, counts and places hold at their limits", "[wire]") {
    CHECK(refusal(found(limits::attachment_bytes_max, 1)) == Errc::closed);
    CHECK(refusal(found(limits::attachment_bytes_max + 1, 1)) == Errc::too_large);
    CHECK(refusal(found(1, limits::file_pieces_max)) == Errc::closed);
    CHECK(refusal(found(1, limits::file_pieces_max + 1)) == Errc::too_large);
    CHECK(refusal(wanted(0, limits::pieces_under_way_max)) == Errc::closed);
    CHECK(refusal(wanted(0, limits::pieces_under_way_max + 1)) == Errc::too_large);
    CHECK(refusal(wanted(0, 0)) == Errc::too_large);
    CHECK(refusal(wanted(limits::file_pieces_max - 1, 1)) == Errc::closed);
    CHECK(refusal(wanted(limits::file_pieces_max, 1)) == Errc::too_large);
    CHECK(refusal(piece(limits::file_pieces_max - 1, 0)) == Errc::closed);
    CHECK(refusal(piece(limits::file_pieces_max, 0)) == Errc::too_large);
    CHECK(refusal(piece(0, limits::piece_bytes)) == Errc::closed);
    CHECK(refusal(piece(0, limits::piece_bytes + 1)) == Errc::too_large);
    const wire::FileFound no_state{1, static_cast<wire::FileState>(3), 0, {}};
    CHECK(refusal(no_state) == Errc::unknown_value);
}
