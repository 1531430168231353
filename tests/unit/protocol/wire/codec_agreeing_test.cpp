// The bounds of the messages by which two networks agree.
#include "protocol/base/limits.hpp"
#include "protocol/wire/codec_link.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::Errc;
using staffroom::Signature;

namespace {

/// Why the message is refused by whoever gets it; closed when it is not.
Errc refusal(const wire::Message& message) {
    const auto decoded = wire::decode_message(wire::encode_message(message));
    return decoded ? Errc::closed : decoded.error().code;
}

template <class Make> void check_limit(std::size_t most, Make make) {
    CHECK(refusal(make(most)) == Errc::closed);
    CHECK(refusal(make(most + 1)) == Errc::too_large);
}

wire::LinkOffer offer(std::size_t card, std::size_t charter, std::size_t terms) {
    return {
        wire::InviteStatus::open,
        Bytes(card, 1),
        std::string(charter, 'x'),
        Bytes(terms, 1),
        {},
        std::nullopt};
}

wire::LinkAccept acceptance(std::size_t card, std::size_t charter, std::size_t agreement) {
    return {
        Bytes(card, 1),
        std::string(charter, 'x'),
        Bytes(agreement, 1),
        Signature(Signature::Raw{}),
        {}};
}

} // namespace

TEST_CASE("link message: those of two networks come back, and cut they are others", "[wire]") {
    wire::LinkOffer offered = offer(20, 30, 40);
    offered.chains = {Bytes(9, 2), Bytes(8, 3)};
    offered.signature = Signature(Signature::Raw{4});
    wire::LinkAccept accepted = acceptance(20, 30, 40);
    accepted.chains = {Bytes(9, 2)};
    for (const wire::Message& message :
         {wire::Message(offered),
          wire::Message(offer(0, 0, 0)),
          wire::Message(accepted),
          wire::Message(wire::LinkAnswer{2, Bytes(7, 5)})}) {
        const Bytes bytes = wire::encode_message(message);

        const auto decoded = wire::decode_message(bytes);

        REQUIRE(decoded);
        CHECK(decoded->index() == message.index());
        CHECK(wire::encode_message(*decoded) == bytes);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto cut = wire::decode_message(staffroom::ByteView(bytes).first(length));
            CHECK((!cut || wire::encode_message(*cut) != bytes));
        }
    }
}

TEST_CASE("link message: what is offered to another network holds at its limits", "[wire]") {
    check_limit(limits::card_bytes_max, [](std::size_t n) { return offer(n, 0, 0); });
    check_limit(limits::charter_bytes_max, [](std::size_t n) { return offer(0, n, 0); });
    check_limit(limits::statement_bytes_max, [](std::size_t n) { return offer(0, 0, n); });
    check_limit(limits::card_coordinators_max, [](std::size_t n) {
        wire::LinkOffer made = offer(0, 0, 0);
        made.chains.assign(n, Bytes{1});
        return made;
    });
    check_limit(limits::chain_bytes_max, [](std::size_t n) {
        wire::LinkOffer made = offer(0, 0, 0);
        made.chains.push_back(Bytes(n, 1));
        return made;
    });
}

TEST_CASE("link message: what another network accepts holds at its limits", "[wire]") {
    constexpr std::size_t agreement_max = 2 * limits::statement_bytes_max;
    check_limit(limits::card_bytes_max, [](std::size_t n) { return acceptance(n, 0, 0); });
    check_limit(limits::charter_bytes_max, [](std::size_t n) { return acceptance(0, n, 0); });
    check_limit(agreement_max, [](std::size_t n) { return acceptance(0, 0, n); });
    check_limit(agreement_max, [](std::size_t n) { return wire::LinkAnswer{0, Bytes(n, 1)}; });
}

TEST_CASE("link message: an offer says one of three things", "[wire]") {
    for (const unsigned status : {0U, 1U, 2U, 3U}) {
        const Bytes bytes{137, 0x08, static_cast<std::uint8_t>(status)};
        CHECK(wire::decode_message(bytes).has_value() == (status < 3));
    }
}
