// Signed heads and log descriptors.
#include "protocol/log/head.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace crypto = staffroom::crypto;
namespace slog = staffroom::log;
using slog::Channel;
using slog::LogDescriptor;
using staffroom::append;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::LogSize;
using staffroom::Random;
using staffroom::WallTime;
using staffroom::tests::SeededRandom;

namespace {

crypto::SigningKey make_key(Random& random) {
    crypto::Secret32 seed;
    random.fill(seed.writable());
    return crypto::SigningKey(seed);
}

LogDescriptor make_descriptor(Random& random, const crypto::SigningKey& key) {
    return {
        random.make<staffroom::SpaceId>(),
        Channel::records,
        random.make<staffroom::SchoolId>(),
        key.public_key(),
        random.make<staffroom::Incarnation>()};
}

slog::Head make_head(Random& random, const LogDescriptor& descriptor) {
    return {
        slog::log_id(descriptor),
        LogSize{random.below(~std::uint64_t{0})},
        random.make<staffroom::TreeHash>(),
        WallTime{random.below(~std::uint64_t{0})}};
}

Errc refusal(ByteView bytes, const staffroom::Signature& signature) {
    const auto parsed = slog::parse_head(bytes, signature);
    return parsed ? Errc::closed : parsed.error().code;
}

} // namespace

TEST_CASE("head: what was signed is read back and verifies", "[log]") {
    SeededRandom random(1);
    crypto::SodiumVerifier verifier;
    const auto key = make_key(random);
    for (int i = 0; i < 100; ++i) {
        const auto descriptor = make_descriptor(random, key);
        const auto head = make_head(random, descriptor);

        const auto signed_head = slog::sign_head(head, key);
        const auto parsed = slog::parse_head(signed_head.bytes, signed_head.signature);

        REQUIRE(parsed);
        CHECK(parsed->head.log == head.log);
        CHECK(parsed->head.size == head.size);
        CHECK(parsed->head.root == head.root);
        CHECK(parsed->head.time == head.time);
        CHECK(parsed->bytes == signed_head.bytes);
        CHECK(slog::check_head(*parsed, descriptor, verifier));
    }
}

TEST_CASE("head: no flipped bit of it or its signature verifies", "[log]") {
    SeededRandom random(2);
    crypto::SodiumVerifier verifier;
    const auto key = make_key(random);
    const auto descriptor = make_descriptor(random, key);
    const auto good = slog::sign_head(make_head(random, descriptor), key);

    for (std::size_t bit = 0; bit < good.bytes.size() * 8; ++bit) {
        INFO(bit);
        Bytes bytes = good.bytes;
        bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
        const auto parsed = slog::parse_head(bytes, good.signature);
        CHECK((!parsed || !slog::check_head(*parsed, descriptor, verifier)));
    }
    for (std::size_t at = 0; at < 64; ++at) {
        auto raw = good.signature.raw();
        raw[at] ^= 0x10;
        const auto parsed = slog::parse_head(good.bytes, staffroom::Signature(raw));
        REQUIRE(parsed);
        const auto checked = slog::check_head(*parsed, descriptor, verifier);
        REQUIRE_FALSE(checked);
        CHECK(checked.error().code == Errc::bad_signature);
    }
}

TEST_CASE("head: it counts for its own log and key only", "[log]") {
    SeededRandom random(3);
    crypto::SodiumVerifier verifier;
    const auto key = make_key(random);
    const auto descriptor = make_descriptor(random, key);
    auto other = descriptor;
    other.incarnation = random.make<staffroom::Incarnation>();

    const auto good = slog::sign_head(make_head(random, descriptor), key);
    const auto foreign = slog::sign_head(make_head(random, descriptor), make_key(random));
    const auto elsewhere = slog::check_head(good, other, verifier);
    const auto by_another = slog::check_head(foreign, descriptor, verifier);

    REQUIRE_FALSE(elsewhere);
    CHECK(elsewhere.error().code == Errc::malformed);
    REQUIRE_FALSE(by_another);
    CHECK(by_another.error().code == Errc::bad_signature);
}

TEST_CASE("head: cut, padded or reordered bytes are refused", "[log]") {
    SeededRandom random(4);
    const auto key = make_key(random);
    const auto good = slog::sign_head(make_head(random, make_descriptor(random, key)), key);

    for (std::size_t length = 0; length < good.bytes.size(); ++length) {
        INFO(length);
        const auto parsed = slog::parse_head(ByteView(good.bytes).first(length), good.signature);
        CHECK((!parsed || parsed->bytes != good.bytes));
    }
    const auto with = [&](const Bytes& more) {
        Bytes bytes = good.bytes;
        append(bytes, more);
        return refusal(bytes, good.signature);
    };
    CHECK(with({0x28, 0x01}) == Errc::not_strict);       // an unknown field, 5
    CHECK(with({0xc0, 0x3e, 0x01}) == Errc::closed);     // 1000: ignorable
    CHECK(with({0xb8, 0x3e, 0x01}) == Errc::not_strict); // 999
    CHECK(with({0x20, 0x01}) == Errc::not_strict);       // the time again
    CHECK(with({0x10, 0x01}) == Errc::not_strict);       // the size behind the time
    CHECK(refusal(Bytes(257, 0), good.signature) == Errc::too_large);
    CHECK(refusal(Bytes{}, good.signature) == Errc::malformed);
}

TEST_CASE("log descriptor: it is read back and every field is part of the id", "[log]") {
    SeededRandom random(5);
    const auto descriptor = make_descriptor(random, make_key(random));
    const Bytes bytes = slog::encode_descriptor(descriptor);
    const auto decoded = slog::decode_descriptor(bytes);

    REQUIRE(bytes.size() == slog::descriptor_bytes);
    REQUIRE(decoded);
    CHECK(*decoded == descriptor);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        CHECK_FALSE(slog::decode_descriptor(ByteView(bytes).first(length)));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        INFO(at);
        Bytes altered = bytes;
        altered[at] ^= 0x01;
        const auto other = slog::decode_descriptor(altered);
        CHECK((!other || slog::log_id(*other) != slog::log_id(descriptor)));
    }
    for (const std::uint64_t raw : {0U, 3U, 255U})
        CHECK(slog::parse_channel(raw).error().code == Errc::unknown_value);
    CHECK(
        slog::school_space(descriptor.school) !=
        slog::school_space(random.make<staffroom::SchoolId>())
    );
}
