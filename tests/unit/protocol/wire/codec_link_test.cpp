// Every message of a link: random ones come back as they were, cut ones never crash, and each list
// and length holds at its limit and not beyond.
#include "protocol/base/limits.hpp"
#include "protocol/identity/chain_events.hpp"
#include "protocol/wire/codec_link.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace crypto = staffroom::crypto;
namespace identity = staffroom::identity;
namespace limits = staffroom::limits;
namespace network = staffroom::network;
namespace slog = staffroom::log;
namespace wire = staffroom::wire;
using slog::BodyState;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Position;
using staffroom::tests::SeededRandom;
using wire::Message;

namespace {

/// Random content of every message.
struct Maker {
    SeededRandom random;
    crypto::SigningKey key{crypto::Secret32()};

    explicit Maker(std::uint64_t seed)
        : random(seed) {}

    template <class Id> Id id() { return random.make<Id>(); }
    std::uint64_t u64() { return random.below(~std::uint64_t{0}); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(u64()); }
    Bytes bytes(std::size_t count) {
        Bytes out(count);
        random.fill(out);
        return out;
    }
    template <class Make> auto list(std::size_t most, Make make) {
        std::vector<decltype(make())> all;
        for (std::uint64_t i = random.below(most + 1); i > 0; --i)
            all.push_back(make());
        return all;
    }
    /// A chain's envelope: what stands in it is checked elsewhere.
    Bytes chain() { return identity::encode_chain({bytes(1 + random.below(100)), {}}); }

    slog::SignedHead head() {
        return slog::sign_head(
            {id<staffroom::LogId>(), LogSize{u64()}, id<staffroom::TreeHash>(), {u64()}}, key
        );
    }
    wire::SpaceGreeting greeting() {
        wire::SpaceGreeting made{id<wire::Token>(), std::nullopt, random.below(2) == 1};
        if (random.below(2) == 1)
            made.fingerprint = id<wire::Fingerprint>();
        return made;
    }
    std::vector<wire::SpaceGreeting> greetings() {
        return list(5, [&] { return greeting(); });
    }
    wire::Item item() { return {id<Digest>(), u64(), id<wire::ItemTag>()}; }
    wire::Range range() {
        switch (random.below(3)) {
        case 0: return {id<Digest>(), wire::RangeMode::skip, std::nullopt, {}};
        case 1: return {std::nullopt, wire::RangeMode::fingerprint, id<wire::Fingerprint>(), {}};
        default:
            return {id<Digest>(), wire::RangeMode::items, std::nullopt, list(5, [&] {
                        return item();
                    })};
        }
    }
    wire::LogOffer offer() {
        return {
            {id<staffroom::SpaceId>(),
             slog::Channel::governance,
             id<staffroom::SchoolId>(),
             id<staffroom::SigningPublicKey>(),
             id<staffroom::Incarnation>()},
            head(),
            LogSize{u64()}};
    }
    network::SignedNotice notice() {
        return network::sign_notice(
            {network::NoticeKind::addresses,
             id<staffroom::SpaceId>(),
             id<staffroom::SchoolId>(),
             key.public_key(),
             u64(),
             bytes(20)},
            key
        );
    }
    wire::WireBody body() {
        if (random.below(3) == 0)
            return {BodyState::erased, {}};
        const Bytes salt = random.below(2) == 0 ? Bytes() : bytes(32);
        return {BodyState::have, {salt, std::make_shared<const Bytes>(bytes(random.below(50)))}};
    }
    wire::Chunk chunk() {
        wire::Chunk made{u32(), id<staffroom::LogId>(), Position{u64()}, {}, {}, {}, std::nullopt};
        for (std::uint64_t i = random.below(5); i > 0; --i) {
            made.headers.push_back(std::make_shared<const Bytes>(bytes(random.below(60))));
            made.bodies.push_back(body());
        }
        made.range = list(10, [&] { return id<staffroom::TreeHash>(); });
        if (random.below(2) == 1)
            made.head = head();
        return made;
    }
    wire::Bodies bodies() {
        wire::Bodies made{id<staffroom::LogId>(), {}, list(5, [&] { return body(); })};
        for (std::size_t i = 0; i < made.bodies.size(); ++i)
            made.positions.push_back(Position{u64()});
        return made;
    }
    wire::Want want() {
        const std::uint64_t begin = random.below(1000);
        const std::uint64_t end = begin + random.below(1000);
        return {
            u32(),
            id<staffroom::LogId>(),
            LogSize{begin},
            LogSize{end},
            LogSize{end + random.below(9)},
            u32()};
    }

    std::vector<Message> one_of_each() {
        return {
            wire::Hello{u64(), id<wire::Fingerprint>(), greetings(), chain()},
            wire::WhoAreYou{},
            wire::Ranges{id<wire::Token>(), list(5, [&] { return range(); })},
            wire::Offers{
                id<wire::Token>(),
                list(3, [&] { return chain(); }),
                list(3, [&] { return offer(); }),
                list(3, [&] { return notice(); })},
            wire::Ask{id<wire::Token>(), list(5, [&] { return id<Digest>(); })},
            want(),
            wire::Credit{u32(), u32()},
            wire::StopStream{u32(), static_cast<wire::StopReason>(random.below(3))},
            chunk(),
            wire::WantBodies{id<staffroom::LogId>(), list(5, [&] { return Position{u64()}; })},
            bodies(),
            wire::InviteOffer{wire::InviteStatus::ended, bytes(random.below(200)), chain()},
            wire::JoinRequest{chain(), id<staffroom::Signature>()},
            wire::JoinAnswer{u32()},
            wire::ChainQuestion{id<staffroom::SigningPublicKey>(), id<staffroom::Signature>()},
            wire::ChainFound{chain(), "Oakdene", true},
            wire::ChainFound{{}, "", false},
            wire::Ping{u64(), greetings()},
            wire::Pong{u64(), greetings()},
            wire::Goodbye{u32()},
        };
    }
};

/// Why the message is refused by whoever gets it; closed when it is not.
Errc refusal(const Message& message) {
    const auto decoded = wire::decode_message(wire::encode_message(message));
    return decoded ? Errc::closed : decoded.error().code;
}

using Make = std::function<Message(std::size_t)>;
using Lists = std::vector<std::pair<std::size_t, Make>>;

template <class One> auto filled(std::size_t count, One make) {
    std::vector<decltype(make())> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back(make());
    return all;
}

void check_limits(const Lists& lists) {
    std::size_t number = 0;
    for (const auto& [most, make] : lists) {
        INFO("list " << number++);
        CHECK(refusal(make(most)) == Errc::closed);
        CHECK(refusal(make(most + 1)) == Errc::too_large);
    }
}

} // namespace

TEST_CASE("link message: random ones of each type come back byte for byte", "[wire]") {
    Maker maker(1);
    for (int round = 0; round < 200; ++round) {
        for (const Message& message : maker.one_of_each()) {
            INFO("kind " << message.index());
            const Bytes bytes = wire::encode_message(message);

            const auto decoded = wire::decode_message(bytes);

            REQUIRE(decoded);
            CHECK(decoded->index() == message.index());
            CHECK(wire::encode_message(*decoded) == bytes);
        }
    }
}

TEST_CASE("link message: the fields of a chunk are those that were sent", "[wire]") {
    Maker maker(2);
    wire::Chunk sent = maker.chunk();
    while (sent.headers.size() < 3 || !sent.head)
        sent = maker.chunk();

    const auto decoded = wire::decode_message(wire::encode_message(sent));

    REQUIRE(decoded);
    const auto& got = std::get<wire::Chunk>(*decoded);
    CHECK(got.stream == sent.stream);
    CHECK(got.log == sent.log);
    CHECK(got.begin == sent.begin);
    CHECK(got.range == sent.range);
    CHECK(got.head->bytes == sent.head->bytes);
    CHECK(got.head->signature == sent.head->signature);
    REQUIRE(got.headers.size() == sent.headers.size());
    for (std::size_t i = 0; i < sent.headers.size(); ++i) {
        CHECK(*got.headers[i] == *sent.headers[i]);
        CHECK(got.bodies[i].state == sent.bodies[i].state);
        CHECK(got.bodies[i].body.salt == sent.bodies[i].body.salt);
    }
}

TEST_CASE("link message: cut anywhere, it is refused or says something else", "[wire]") {
    Maker maker(3);
    for (const Message& message : maker.one_of_each()) {
        const Bytes bytes = wire::encode_message(message);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            const auto decoded = wire::decode_message(ByteView(bytes).first(length));
            CHECK((!decoded || wire::encode_message(*decoded) != bytes));
        }
    }
    CHECK(wire::decode_message({}).error().code == Errc::truncated);
}

TEST_CASE("link message: what members say to each other is not for gateways", "[wire]") {
    Maker maker(6);
    for (const Message& message : maker.one_of_each()) {
        const bool is_sign_of_life = std::holds_alternative<wire::Ping>(message) ||
                                     std::holds_alternative<wire::Pong>(message) ||
                                     std::holds_alternative<wire::Goodbye>(message);
        CHECK(
            wire::travels_between(message) ==
            (is_sign_of_life ? wire::Between::anybody : wire::Between::members)
        );
    }
}

TEST_CASE("link message: lists of greetings and offers hold at their limits", "[wire]") {
    Maker maker(5);
    const auto token = maker.id<wire::Token>();
    check_limits(
        {{limits::networks_per_node_max,
          [&](std::size_t n) {
              return wire::Ping{1, filled(n, [&] { return maker.greeting(); })};
          }},
         {limits::networks_per_node_max,
          [&](std::size_t n) {
              return wire::Hello{
                  1,
                  maker.id<wire::Fingerprint>(),
                  filled(n, [&] { return maker.greeting(); }),
                  {}};
          }},
         {limits::ranges_per_message_max,
          [&](std::size_t n) {
              return wire::Ranges{token, filled(n, [&] { return maker.range(); })};
          }},
         {limits::range_items_max,
          [&](std::size_t n) {
              return wire::Ranges{
                  token, {{std::nullopt, wire::RangeMode::items, std::nullopt, filled(n, [&] {
                               return maker.item();
                           })}}};
          }},
         {512,
          [&](std::size_t n) {
              return wire::Offers{token, std::vector(n, maker.chain()), {}, {}};
          }},
         {512,
          [&](std::size_t n) {
              return wire::Offers{token, {}, std::vector(n, maker.offer()), {}};
          }},
         {512,
          [&](std::size_t n) {
              return wire::Offers{token, {}, {}, std::vector(n, maker.notice())};
          }},
         {4096,
          [&](std::size_t n) {
              return wire::Ask{token, std::vector(n, maker.id<Digest>())};
          }}}
    );
}

TEST_CASE("link message: lists of chunks and bodies hold at their limits", "[wire]") {
    Maker maker(5);
    const auto log = maker.id<staffroom::LogId>();
    const wire::WireBody none{BodyState::missing, {}};
    const auto header = std::make_shared<const Bytes>(1);
    check_limits(
        {{limits::chunk_entries_max,
          [&](std::size_t n) {
              return wire::Chunk{
                  1,
                  log,
                  Position{0},
                  std::vector<staffroom::SharedBytes>(n, header),
                  std::vector(n, none),
                  {},
                  std::nullopt};
          }},
         {limits::tree_range_hashes_max,
          [&](std::size_t n) {
              return wire::Chunk{
                  1,
                  log,
                  Position{0},
                  {},
                  {},
                  std::vector(n, maker.id<staffroom::TreeHash>()),
                  std::nullopt};
          }},
         {limits::header_bytes_max,
          [&](std::size_t n) {
              return wire::Chunk{
                  1,
                  log,
                  Position{0},
                  {std::make_shared<const Bytes>(n)},
                  {none},
                  {},
                  std::nullopt};
          }},
         {limits::chunk_entries_max,
          [&](std::size_t n) {
              return wire::WantBodies{log, std::vector(n, Position{7})};
          }},
         {limits::chunk_entries_max,
          [&](std::size_t n) {
              return wire::Bodies{log, std::vector(n, Position{7}), std::vector(n, none)};
          }},
         {limits::genesis_bytes_max + limits::charter_bytes_max,
          [&](std::size_t n) {
              return wire::InviteOffer{wire::InviteStatus::open, Bytes(n), {}};
          }}}
    );
}

TEST_CASE("link message: parts that do not belong together are refused", "[wire]") {
    Maker maker(6);
    const auto log = maker.id<staffroom::LogId>();
    const wire::WireBody none{BodyState::missing, {}};
    CHECK(refusal(wire::Bodies{log, {Position{1}}, {}}) == Errc::malformed);
    CHECK(refusal(wire::Bodies{log, {}, {none}}) == Errc::malformed);
    CHECK(refusal(wire::Want{1, log, LogSize{2}, LogSize{1}, LogSize{5}, 1}) == Errc::out_of_range);
    CHECK(refusal(wire::Want{1, log, LogSize{2}, LogSize{5}, LogSize{4}, 1}) == Errc::out_of_range);
    CHECK(refusal(wire::Want{1, log, LogSize{2}, LogSize{2}, LogSize{2}, 1}) == Errc::closed);
    const auto body = std::make_shared<const Bytes>(3);
    for (const std::size_t salt : {1U, 31U, 33U})
        CHECK(
            refusal(wire::Bodies{log, {Position{1}}, {{BodyState::have, {Bytes(salt), body}}}}) ==
            Errc::malformed
        );
    // The state "none" is never sent; a reader does not know it.
    CHECK(
        refusal(wire::Bodies{log, {Position{1}}, {{BodyState::none, {}}}}) == Errc::unknown_value
    );
}

TEST_CASE("link message: one larger than the limit is refused before it is read", "[wire]") {
    Bytes bytes(limits::message_bytes_max + 2, 0);
    for (const unsigned type : {1U, 4U, 9U, 11U, 17U}) {
        bytes[0] = static_cast<std::uint8_t>(type);
        CHECK(wire::decode_message(bytes).error().code == Errc::too_large);
    }
}
