#include "protocol/base/limits.hpp"
#include "protocol/channel/handshake.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::TransportPublicKey;
using staffroom::channel::Handshake;
using staffroom::channel::HandshakeConfig;
using staffroom::channel::Psk;
using staffroom::channel::Role;
using staffroom::channel::TransportKeyPair;
using staffroom::tests::SeededRandom;
namespace limits = staffroom::limits;

namespace {

const Bytes prologue{1, 2, 3};

Psk psk_of(std::uint8_t value) {
    return *Psk::from(Bytes(32, value));
}

TransportKeyPair caller_keys() {
    return TransportKeyPair::from_secret(psk_of(11));
}
TransportKeyPair answerer_keys() {
    return TransportKeyPair::from_secret(psk_of(22));
}

HandshakeConfig config_of(const std::string& pattern, Role role) {
    HandshakeConfig config;
    config.pattern = pattern;
    config.role = role;
    config.prologue = prologue;
    config.own_static = role == Role::initiator ? caller_keys() : answerer_keys();
    if (pattern == "XK" && role == Role::initiator)
        config.remote_static = answerer_keys().public_key;
    if (pattern == "XXpsk0")
        config.psks.push_back(psk_of(33));
    return config;
}

Handshake started(HandshakeConfig config) {
    auto handshake = Handshake::start(std::move(config));
    REQUIRE(handshake);
    return std::move(*handshake);
}

Errc code_of_start(HandshakeConfig config) {
    const auto handshake = Handshake::start(std::move(config));
    REQUIRE_FALSE(handshake);
    return handshake.error().code;
}

struct Pair {
    Handshake caller;
    Handshake answerer;
    SeededRandom random;

    Pair(HandshakeConfig for_caller, HandshakeConfig for_answerer)
        : caller(started(std::move(for_caller)))
        , answerer(started(std::move(for_answerer)))
        , random(7) {}
    explicit Pair(const std::string& pattern)
        : Pair(config_of(pattern, Role::initiator), config_of(pattern, Role::responder)) {}

    Handshake& writer() { return caller.is_my_turn() ? caller : answerer; }
    Handshake& reader() { return caller.is_my_turn() ? answerer : caller; }

    /// Runs `count` messages; they must all be read.
    void run(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            Handshake& from = writer();
            Handshake& to = reader();
            const auto message = from.write({}, random);
            REQUIRE(message);
            REQUIRE(to.read(*message));
        }
    }
};

constexpr std::size_t message_count = 3; // of XK and of XXpsk0

} // namespace

TEST_CASE("handshake: both sides settle, know each other and can talk", "[handshake]") {
    const std::string pattern = GENERATE("XK", "XXpsk0");
    Pair pair(pattern);
    CHECK(pair.caller.remote_static().has_value() == (pattern == "XK"));
    CHECK_FALSE(pair.answerer.remote_static());

    pair.run(message_count);

    REQUIRE(pair.caller.is_settled());
    REQUIRE(pair.answerer.is_settled());
    CHECK(pair.caller.handshake_hash() == pair.answerer.handshake_hash());
    CHECK(pair.caller.remote_static() == answerer_keys().public_key);
    CHECK(pair.answerer.remote_static() == caller_keys().public_key);
    auto left = pair.caller.split();
    auto right = pair.answerer.split();
    Bytes sealed;
    Bytes opened;
    left.seal(Bytes{5}, sealed);
    REQUIRE(right.open(sealed, opened));
    sealed.clear();
    right.seal(Bytes{6}, sealed);
    REQUIRE(left.open(sealed, opened));
    CHECK(opened == Bytes{5, 6});
}

TEST_CASE("handshake: each payload arrives", "[handshake]") {
    Pair pair(GENERATE("XK", "XXpsk0"));
    for (std::uint8_t i = 0; i < message_count; ++i) {
        const Bytes payload(i, i);
        Handshake& from = pair.writer();
        Handshake& to = pair.reader();

        const auto message = from.write(payload, pair.random);
        REQUIRE(message);
        const auto read = to.read(*message);

        REQUIRE(read);
        CHECK(*read == payload);
    }
}

TEST_CASE("handshake: two runs have two hashes", "[handshake]") {
    Pair first("XK");
    Pair second("XK");
    SeededRandom other(8);

    first.run(message_count);
    const auto message = second.caller.write({}, other);
    REQUIRE(message);
    REQUIRE(second.answerer.read(*message));
    second.run(message_count - 1);

    CHECK(first.caller.handshake_hash() != second.caller.handshake_hash());
}

TEST_CASE("handshake: every altered byte of each message is refused", "[handshake]") {
    const std::string pattern = GENERATE("XK", "XXpsk0");
    for (std::size_t before = 0; before < message_count; ++before) {
        Pair sample(pattern);
        sample.run(before);
        const std::size_t bytes = sample.writer().write({}, sample.random)->size();
        for (std::size_t i = 0; i < bytes; ++i) {
            INFO("message " << before << " byte " << i);
            Pair pair(pattern);
            pair.run(before);
            Handshake& to = pair.reader();
            Bytes message = *pair.writer().write({}, pair.random);
            const Bytes original = message;
            message[i] ^= 1U;

            const auto refused = to.read(message);

            REQUIRE_FALSE(refused);
            CHECK(refused.error().code == Errc::decrypt_failed);
            CHECK_FALSE(to.is_settled());
            CHECK_FALSE(to.is_my_turn());
            // The true message comes too late: what failed once is over.
            const auto late = to.read(original);
            REQUIRE_FALSE(late);
            CHECK(late.error().code == Errc::not_allowed);
        }
    }
}

TEST_CASE("handshake: every truncation and a byte too many are refused", "[handshake]") {
    const std::string pattern = GENERATE("XK", "XXpsk0");
    for (std::size_t before = 0; before < message_count; ++before) {
        Pair sample(pattern);
        sample.run(before);
        const Bytes message = *sample.writer().write({}, sample.random);
        for (std::size_t length = 0; length <= message.size() + 1; ++length) {
            if (length == message.size())
                continue;
            INFO("message " << before << " length " << length);
            Pair pair(pattern);
            pair.run(before);
            Bytes changed = message;
            changed.resize(length);

            const auto refused = pair.reader().read(changed);

            REQUIRE_FALSE(refused);
            const auto code = refused.error().code;
            CHECK((code == Errc::truncated || code == Errc::decrypt_failed));
            CHECK((code == Errc::truncated || length + 32 >= message.size()));
        }
    }
}

TEST_CASE("handshake: nobody writes or reads out of turn", "[handshake]") {
    Pair pair("XK");
    const auto refused_code = [](const auto& outcome) {
        REQUIRE_FALSE(outcome);
        return outcome.error().code;
    };
    for (std::size_t i = 0; i < message_count; ++i) {
        CHECK(refused_code(pair.reader().write({}, pair.random)) == Errc::not_allowed);
        CHECK(refused_code(pair.writer().read(Bytes(48, 1))) == Errc::not_allowed);
        pair.run(1);
    }
    REQUIRE(pair.caller.is_settled());
    for (Handshake* side : {&pair.caller, &pair.answerer}) {
        CHECK(refused_code(side->write({}, pair.random)) == Errc::not_allowed);
        CHECK(refused_code(side->read(Bytes(48, 1))) == Errc::not_allowed);
    }
}

TEST_CASE(
    "handshake: another prologue, psk or responder key fails at the first tag", "[handshake]"
) {
    auto caller = config_of("XXpsk0", Role::initiator);
    auto other_prologue = config_of("XXpsk0", Role::responder);
    other_prologue.prologue = Bytes{1, 2, 4};
    auto other_psk = config_of("XXpsk0", Role::responder);
    other_psk.psks[0] = psk_of(34);
    Pair first(std::move(caller), std::move(other_prologue));
    Pair second(config_of("XXpsk0", Role::initiator), std::move(other_psk));
    auto wrong_address = config_of("XK", Role::initiator);
    wrong_address.remote_static = caller_keys().public_key;
    Pair third(std::move(wrong_address), config_of("XK", Role::responder));

    for (Pair* pair : {&first, &second, &third}) {
        const auto message = pair->caller.write({}, pair->random);
        REQUIRE(message);
        const auto refused = pair->answerer.read(*message);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::decrypt_failed);
    }
}

TEST_CASE("handshake: a key of low order is a bad key, on either side", "[handshake]") {
    const TransportPublicKey zero(TransportPublicKey::Raw{});
    auto config = config_of("XK", Role::initiator);
    config.remote_static = zero;
    Pair pair(std::move(config), config_of("XK", Role::responder));

    const auto written = pair.caller.write({}, pair.random);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == Errc::bad_key);
    const auto read = pair.answerer.read(Bytes(48, 0));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::bad_key);
}

TEST_CASE("handshake: the largest frame is written and read, a larger one is not", "[handshake]") {
    Pair pair(GENERATE("XK", "XXpsk0"));
    for (std::size_t i = 0; i < message_count; ++i) {
        Handshake& from = pair.writer();
        Handshake& to = pair.reader();
        std::size_t payload = limits::handshake_frame_bytes_max;
        auto message = from.write(Bytes(payload, 1), pair.random);
        while (!message) {
            REQUIRE(message.error().code == Errc::too_large);
            REQUIRE(payload-- > 0);
            message = from.write(Bytes(payload, 1), pair.random);
        }

        CHECK(message->size() == limits::handshake_frame_bytes_max);
        REQUIRE(to.read(*message));
    }
}

TEST_CASE("handshake: a message over the limit is too large to be read", "[handshake]") {
    Pair pair("XK");

    const auto refused = pair.answerer.read(Bytes(limits::handshake_frame_bytes_max + 1, 1));

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::too_large);
}

TEST_CASE("handshake: a pattern that is not in the table is an unknown value", "[handshake]") {
    for (const std::string name :
         {"",
          "xk",
          "XK ",
          "XKX",
          "psk0",
          "XXpsk",
          "XXpsk4",
          "XXpskx",
          "XXpsk00",
          "XXpsk0+",
          "XXpsk0+psk0",
          "XXpsk2+psk1",
          "XXpsk0psk1",
          "XXpsk0+1",
          "XX+psk0"}) {
        INFO(name);
        auto config = config_of("XXpsk0", Role::initiator);
        config.pattern = name;
        CHECK(code_of_start(std::move(config)) == Errc::unknown_value);
    }
}

TEST_CASE("handshake: an absent or superfluous key is a bad key", "[handshake]") {
    auto no_own = config_of("XK", Role::initiator);
    no_own.own_static.reset();
    CHECK(code_of_start(std::move(no_own)) == Errc::bad_key);
    auto no_answerer = config_of("XK", Role::responder);
    no_answerer.own_static.reset();
    CHECK(code_of_start(std::move(no_answerer)) == Errc::bad_key);
    auto no_remote = config_of("XK", Role::initiator);
    no_remote.remote_static.reset();
    CHECK(code_of_start(std::move(no_remote)) == Errc::bad_key);
    auto promised = config_of("XXpsk0", Role::initiator);
    promised.remote_static = answerer_keys().public_key;
    CHECK(code_of_start(std::move(promised)) == Errc::bad_key);
    auto no_psk = config_of("XXpsk0", Role::initiator);
    no_psk.psks.clear();
    CHECK(code_of_start(std::move(no_psk)) == Errc::bad_key);
    auto two_psks = config_of("XXpsk0", Role::initiator);
    two_psks.psks.push_back(psk_of(1));
    CHECK(code_of_start(std::move(two_psks)) == Errc::bad_key);
}

TEST_CASE("handshake: the table names each pattern once, XK and XX among them", "[handshake]") {
    auto names = staffroom::channel::known_patterns();
    const auto has = [&names](std::string_view name) {
        return std::ranges::find(names, name) != names.end();
    };
    CHECK(has("XK"));
    CHECK(has("XX"));
    std::ranges::sort(names);
    CHECK(std::ranges::adjacent_find(names) == names.end());
}

TEST_CASE("handshake: without any key nobody needs one", "[handshake]") {
    HandshakeConfig caller;
    caller.pattern = "NN";
    HandshakeConfig answerer;
    answerer.pattern = "NN";
    answerer.role = Role::responder;
    Pair pair(std::move(caller), std::move(answerer));

    pair.run(2);

    CHECK(pair.caller.is_settled());
    CHECK_FALSE(pair.caller.remote_static());
}
