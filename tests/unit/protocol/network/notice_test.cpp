// Notices: signed words of which only the newest counts.
#include "protocol/base/limits.hpp"
#include "protocol/network/notice.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;
namespace network = staffroom::network;
using network::Notice;
using network::NoticeKind;
using staffroom::append;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::tests::SeededRandom;

namespace {

crypto::SigningKey make_key(staffroom::Random& random) {
    crypto::Secret32 seed;
    random.fill(seed.writable());
    return crypto::SigningKey(seed);
}

Notice make_notice(staffroom::Random& random, const crypto::SigningKey& key) {
    Notice notice{
        NoticeKind::profile,
        random.make<staffroom::SpaceId>(),
        random.make<staffroom::SchoolId>(),
        key.public_key(),
        random.below(~std::uint64_t{0}),
        Bytes(random.below(300))};
    random.fill(notice.content);
    return notice;
}

Errc refusal(ByteView bytes, const staffroom::Signature& signature) {
    const auto parsed = network::parse_notice(bytes, signature);
    return parsed ? Errc::closed : parsed.error().code;
}

} // namespace

TEST_CASE("notice: what was signed is read back, stored and verified", "[network]") {
    SeededRandom random(1);
    crypto::SodiumVerifier verifier;
    const auto key = make_key(random);
    for (int i = 0; i < 100; ++i) {
        const Notice notice = make_notice(random, key);
        const auto made = network::sign_notice(notice, key);

        const auto stored = network::decode_signed_notice(network::encode_signed_notice(made));

        REQUIRE(stored);
        CHECK(stored->notice.kind == notice.kind);
        CHECK(stored->notice.space == notice.space);
        CHECK(stored->notice.school == notice.school);
        CHECK(stored->notice.node_key == notice.node_key);
        CHECK(stored->notice.counter == notice.counter);
        CHECK(stored->notice.content == notice.content);
        CHECK(network::check_notice(*stored, verifier));
    }
}

TEST_CASE("notice: no flipped bit verifies, no cut is the same notice", "[network]") {
    SeededRandom random(2);
    crypto::SodiumVerifier verifier;
    const auto key = make_key(random);
    const Bytes good =
        network::encode_signed_notice(network::sign_notice(make_notice(random, key), key));
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        INFO(bit);
        Bytes altered = good;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << (bit % 8)));
        const auto parsed = network::decode_signed_notice(altered);
        CHECK((!parsed || !network::check_notice(*parsed, verifier)));
    }
    for (std::size_t length = 0; length < good.size(); ++length) {
        INFO(length);
        const auto parsed = network::decode_signed_notice(ByteView(good).first(length));
        CHECK((!parsed || !network::check_notice(*parsed, verifier)));
    }
    CHECK(network::decode_signed_notice(Bytes(63)).error().code == Errc::truncated);
}

TEST_CASE("notice: its subject is its kind, space, school and key, nothing else", "[network]") {
    SeededRandom random(3);
    const auto key = make_key(random);
    const Notice notice = make_notice(random, key);
    const auto subject = network::subject(notice);

    Notice other = notice;
    other.counter += 1;
    other.content.push_back(1);
    CHECK(network::subject(other) == subject);
    other = notice;
    other.kind = NoticeKind::addresses;
    CHECK(network::subject(other) != subject);
    other = notice;
    other.space = random.make<staffroom::SpaceId>();
    CHECK(network::subject(other) != subject);
    other = notice;
    other.school = random.make<staffroom::SchoolId>();
    CHECK(network::subject(other) != subject);
    other = notice;
    other.node_key = make_key(random).public_key();
    CHECK(network::subject(other) != subject);
}

TEST_CASE("notice: what is outside its form is refused", "[network]") {
    SeededRandom random(4);
    const auto key = make_key(random);
    const auto good = network::sign_notice(make_notice(random, key), key);
    const auto with = [&](const Bytes& more) {
        Bytes bytes = good.bytes;
        append(bytes, more);
        return refusal(bytes, good.signature);
    };
    CHECK(with({0x40, 0x01}) == Errc::not_strict);       // 8
    CHECK(with({0xb8, 0x3e, 0x01}) == Errc::not_strict); // 999
    CHECK(with({0xc0, 0x3e, 0x01}) == Errc::closed);     // 1000
    CHECK(with({0x80, 0x7d, 0x01}) == Errc::not_strict); // 2000
    CHECK(with({0x30, 0x01}) == Errc::not_strict);       // the counter behind the content

    Bytes bytes = good.bytes;
    REQUIRE(bytes[0] == 0x08);
    REQUIRE(bytes[2] == 0x10);
    bytes[1] = 2;
    CHECK(refusal(bytes, good.signature) == Errc::unknown_version);
    bytes[1] = 1;
    for (const unsigned kind : {0U, 32U, 100U}) {
        bytes[3] = static_cast<std::uint8_t>(kind);
        CHECK(refusal(bytes, good.signature) == Errc::unknown_value);
    }
    CHECK(refusal(Bytes{0x08, 0x01, 0x10, 0x01}, good.signature) == Errc::malformed);
}

TEST_CASE("notice: 4 KiB are a notice and one byte more is none", "[network]") {
    SeededRandom random(5);
    const auto key = make_key(random);
    Notice notice = make_notice(random, key);
    notice.content.assign(2000, 0);
    const std::size_t frame = network::sign_notice(notice, key).bytes.size() - 2000;

    notice.content.assign(limits::notice_bytes_max - frame, 0);
    const auto largest = network::sign_notice(notice, key);
    notice.content.push_back(0);
    const auto too_large = network::sign_notice(notice, key);

    REQUIRE(largest.bytes.size() == limits::notice_bytes_max);
    CHECK(refusal(largest.bytes, largest.signature) == Errc::closed);
    CHECK(refusal(too_large.bytes, too_large.signature) == Errc::too_large);
}

TEST_CASE("addresses: up to eight of up to 255 bytes are read back", "[network]") {
    const std::vector<std::string> most(8, std::string(250, 'a') + ":7440");
    const auto decoded = network::decode_addresses(network::encode_addresses(most));
    REQUIRE(decoded);
    CHECK(*decoded == most);
    CHECK(network::decode_addresses(network::encode_addresses({}))->empty());

    const auto refused = [](const std::vector<std::string>& addresses) {
        return network::decode_addresses(network::encode_addresses(addresses)).error().code;
    };
    CHECK(refused(std::vector<std::string>(9, "a:1")) == Errc::too_large);
    for (const std::string& wrong :
         {std::string(251, 'a') + ":7440",
          std::string("a\0b:1", 5),
          std::string(),
          std::string("hillside.example"),
          std::string(":7440"),
          std::string("a:"),
          std::string("a:0"),
          std::string("a:00001"),
          std::string("a:+1"),
          std::string("a:65536"),
          std::string("a:7440 "),
          std::string("a b:7440"),
          std::string("http://a:7440"),
          std::string("a/b:7440"),
          std::string("user@a:7440"),
          std::string("a..b:7440"),
          std::string("-a:7440"),
          std::string("::1:7440"),
          std::string("[::1:7440"),
          std::string("[a]:7440"),
          std::string("[fe80::1%eth0]:7440"),
          std::string("sch\xC3\xB6n.example:7440")}) {
        INFO(wrong);
        CHECK(refused({wrong}) == Errc::malformed);
        CHECK(refused({"a:1", wrong}) == Errc::malformed);
    }
    for (const std::string right : {"a:1", "192.0.2.1:65535", "[2001:db8::1]:7440", "x--y.z:7440"})
        CHECK(network::decode_addresses(network::encode_addresses({right}))->size() == 1);
}
