// The bounds of the messages between gateways of two linked networks.
#include "protocol/base/limits.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace limits = staffroom::limits;
namespace slog = staffroom::log;
namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Position;

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

slog::LogDescriptor descriptor() {
    staffroom::tests::SeededRandom random(1);
    return {
        random.make<staffroom::SpaceId>(),
        slog::Channel::records,
        random.make<staffroom::SchoolId>(),
        random.make<staffroom::SigningPublicKey>(),
        random.make<staffroom::Incarnation>()};
}

std::vector<Position> first_places(std::size_t count) {
    std::vector<Position> places;
    for (std::size_t i = 0; i < count; ++i)
        places.push_back(Position{i});
    return places;
}

wire::FarCrossing crossing(std::vector<Position> places, std::uint64_t size) {
    return {descriptor(), LogSize{size}, std::move(places)};
}

/// Ascending.
std::vector<staffroom::RevisionId> revisions(std::size_t count) {
    std::vector<staffroom::RevisionId> all;
    for (std::size_t i = 0; i < count; ++i) {
        staffroom::RevisionId::Raw raw{};
        raw[0] = static_cast<std::uint8_t>(i >> 8U);
        raw[1] = static_cast<std::uint8_t>(i);
        all.emplace_back(raw);
    }
    return all;
}

wire::FarAsk ask(std::vector<Position> places) {
    return {slog::log_id(descriptor()), std::move(places)};
}

} // namespace

TEST_CASE("far message: comes back as it was, and cut it is another", "[wire]") {
    for (const wire::Message& message :
         {wire::Message(wire::FarHello{Bytes(30, 1), true}),
          wire::Message(crossing({Position{0}, Position{7}}, 8)),
          wire::Message(ask({Position{0}, Position{7}})),
          wire::Message(wire::FarRelay{Bytes(40, 2)}),
          wire::Message(wire::FarActs{{Bytes(9, 3), Bytes(8, 4)}}),
          wire::Message(wire::FarGone{true, revisions(2)}),
          wire::Message(wire::FarAskOrders{revisions(3)}),
          wire::Message(wire::FarOrders{{Bytes(9, 3), Bytes(8, 4)}}),
          wire::Message(wire::FarReceipts{{Bytes(9, 3), Bytes(8, 4)}})}) {
        const Bytes bytes = wire::encode_message(message);

        const auto decoded = wire::decode_message(bytes);

        REQUIRE(decoded);
        CHECK(decoded->index() == message.index());
        CHECK(wire::travels_between(message) == wire::Between::networks);
        CHECK(wire::encode_message(*decoded) == bytes);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto cut = wire::decode_message(staffroom::ByteView(bytes).first(length));
            CHECK((!cut || wire::encode_message(*cut) != bytes));
        }
    }
}

TEST_CASE("far message: holds at its limits", "[wire]") {
    check_limit(limits::chain_bytes_max, [](std::size_t n) {
        return wire::FarHello{Bytes(n, 1), false};
    });
    check_limit(limits::far_positions_max, [](std::size_t n) {
        return crossing(first_places(n), n);
    });
    check_limit(limits::relay_records_max, [](std::size_t n) { return ask(first_places(n)); });
    check_limit(limits::far_gone_max, [](std::size_t n) {
        return wire::FarGone{false, revisions(n)};
    });
    check_limit(limits::far_orders_max, [](std::size_t n) {
        return wire::FarAskOrders{revisions(n)};
    });
    check_limit(limits::far_orders_max, [](std::size_t n) {
        return wire::FarOrders{std::vector<Bytes>(n, Bytes{1})};
    });
    check_limit(limits::far_order_bytes_max, [](std::size_t n) {
        return wire::FarOrders{{Bytes(n, 1)}};
    });
    check_limit(limits::far_receipts_max, [](std::size_t n) {
        return wire::FarReceipts{std::vector<Bytes>(n, Bytes{1})};
    });
    check_limit(limits::far_acts_max, [](std::size_t n) {
        return wire::FarActs{std::vector<Bytes>(n, Bytes{1})};
    });
}

TEST_CASE("far message: places ascend, below the size, and there is one to ask for", "[wire]") {
    CHECK(refusal(crossing({Position{3}, Position{3}}, 9)) == Errc::malformed);
    CHECK(refusal(crossing({Position{4}, Position{3}}, 9)) == Errc::malformed);
    CHECK(refusal(crossing({Position{3}, Position{9}}, 9)) == Errc::malformed);
    CHECK(refusal(ask({Position{4}, Position{3}})) == Errc::malformed);
    CHECK(refusal(ask({})) == Errc::malformed);
    const auto two = revisions(2);
    CHECK(refusal(wire::FarGone{false, {two[1], two[0]}}) == Errc::malformed);
    CHECK(refusal(wire::FarAskOrders{{two[0], two[0]}}) == Errc::malformed);
    CHECK(refusal(wire::FarAskOrders{}) == Errc::malformed);
}
