// The operations of a network: each kind comes back as it was, everything else is refused.
#include "protocol/base/limits.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/network/operations.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace crypto = staffroom::crypto;
namespace limits = staffroom::limits;
namespace network = staffroom::network;
using network::Act;
using network::Operation;
using network::Role;
using staffroom::append;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Digest;
using staffroom::Errc;
using staffroom::RevisionId;
using staffroom::SchoolId;
using staffroom::tests::SeededRandom;

namespace {

network::Admit make_admit(staffroom::Random& random, std::size_t inception_bytes) {
    Bytes inception(inception_bytes);
    random.fill(inception);
    const auto school = crypto::hash_as<SchoolId>(crypto::HashLabel::inception, inception);
    return {
        random.make<RevisionId>(),
        school,
        std::move(inception),
        random.make<Digest>(),
        random.make<staffroom::Signature>()};
}

/// Of so many logs, in the order in which an operation names them.
network::Pins make_pins(staffroom::Random& random, std::size_t count) {
    std::map<staffroom::LogId, staffroom::log::LogPin> pins;
    while (pins.size() < count) {
        const auto log = random.make<staffroom::LogId>();
        const staffroom::LogSize size{random.below(1000) + 1};
        pins.emplace(log, staffroom::log::LogPin{log, size, random.make<staffroom::TreeHash>()});
    }
    network::Pins all;
    for (const auto& [log, pin] : pins)
        all.push_back(pin);
    return all;
}

/// One act of each kind, in the order of the variant.
std::vector<Act> one_of_each(staffroom::Random& random) {
    std::vector<Act> acts;
    crypto::Secret32 psk;
    random.fill(psk.writable());
    acts.emplace_back(network::Invite{
        std::move(psk),
        random.make<staffroom::SigningPublicKey>(),
        staffroom::WallTime{random.below(~std::uint64_t{0})},
        random.make<staffroom::Signature>()});
    acts.emplace_back(make_admit(random, 200));
    acts.emplace_back(network::Join{random.make<RevisionId>(), random.make<Digest>()});
    acts.emplace_back(network::ConfirmAdmit{random.make<RevisionId>()});
    acts.emplace_back(network::SetRole{
        random.make<SchoolId>(),
        Role::coordinator,
        staffroom::WallTime{random.below(1000) + 1},
        make_pins(random, 2)});
    acts.emplace_back(network::EndInvite{random.make<RevisionId>()});
    acts.emplace_back(network::Seen{});
    acts.emplace_back(network::Suspend{
        random.make<SchoolId>(), network::Reason::silent, make_pins(random, 1)});
    acts.emplace_back(network::Resume{random.make<SchoolId>(), network::Reason::mistake});
    acts.emplace_back(network::Remove{
        random.make<SchoolId>(), network::Reason::own_wish, make_pins(random, 3)});
    acts.emplace_back(network::Leave{network::Reason::merged, make_pins(random, 2)});
    acts.emplace_back(network::Confirm{random.make<RevisionId>()});
    acts.emplace_back(network::NameSuccessor{random.make<SchoolId>()});
    acts.emplace_back(network::LaterAct{23 + static_cast<std::uint32_t>(random.below(7))});
    REQUIRE(acts.size() == std::variant_size_v<Act>);
    return acts;
}

Bytes encoded(staffroom::Random& random, Act act, std::size_t seen = 2) {
    Operation operation{{}, std::move(act)};
    for (std::size_t i = 0; i < seen; ++i)
        operation.seen.push_back(random.make<RevisionId>());
    return network::encode_operation(operation);
}

Errc refusal(ByteView bytes) {
    const auto parsed = network::parse_operation(bytes);
    return parsed ? Errc::closed : parsed.error().code;
}

} // namespace

TEST_CASE("operation: each kind comes back byte for byte", "[network]") {
    SeededRandom random(1);
    for (int round = 0; round < 50; ++round) {
        for (Act& act : one_of_each(random)) {
            const std::size_t kind = act.index();
            const std::size_t seen = random.below(limits::operation_seen_max + 1);
            const Bytes bytes = encoded(random, std::move(act), seen);

            const auto parsed = network::parse_operation(bytes);

            REQUIRE(parsed);
            CHECK(parsed->act.index() == kind);
            CHECK(parsed->seen.size() == seen);
            CHECK(network::encode_operation(*parsed) == bytes);
        }
    }
}

TEST_CASE("operation: the fields of an admission are those that were written", "[network]") {
    SeededRandom random(2);
    const network::Admit admit = make_admit(random, 150);

    const auto parsed = network::parse_operation(encoded(random, admit));

    REQUIRE(parsed);
    const auto& read = std::get<network::Admit>(parsed->act);
    CHECK(read.invite == admit.invite);
    CHECK(read.school == admit.school);
    CHECK(read.inception == admit.inception);
    CHECK(read.handshake_hash == admit.handshake_hash);
    CHECK(read.signature == admit.signature);
}

TEST_CASE(
    "operation: of an act of a later version its past is read, and nothing else", "[network]"
) {
    SeededRandom random(21);
    // Field 23 of so many bytes, behind what an operation names.
    Bytes bytes = encoded(random, network::LaterAct{23}, 3);
    bytes.back() = 5;
    append(bytes, Bytes{1, 2, 3, 4, 5});

    const auto parsed = network::parse_operation(bytes);

    REQUIRE(parsed);
    CHECK(parsed->seen.size() == 3);
    CHECK(std::get<network::LaterAct>(parsed->act).number == 23);
    // Beside an act that is known, twice, or where an order to erase begins, it is none.
    Bytes beside = encoded(random, network::Seen{}, 1);
    append(beside, Bytes{0xBA, 0x01, 0x00});
    CHECK(refusal(beside) == Errc::not_strict);
    Bytes twice = encoded(random, network::LaterAct{23}, 1);
    append(twice, Bytes{0xC2, 0x01, 0x00});
    CHECK(refusal(twice) == Errc::not_strict);
    CHECK(refusal(encoded(random, network::LaterAct{30}, 1)) == Errc::not_strict);
    CHECK(
        refusal(encoded(random, network::LaterAct{24}, limits::operation_seen_max + 1)) ==
        Errc::too_large
    );
}

TEST_CASE("operation: cut anywhere it is refused or says something else", "[network]") {
    SeededRandom random(3);
    for (Act& act : one_of_each(random)) {
        const Bytes bytes = encoded(random, std::move(act));
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            INFO(length);
            CHECK(refusal(ByteView(bytes).first(length)) != Errc::closed);
        }
    }
}

TEST_CASE("operation: no flipped bit comes back as what was written", "[network]") {
    SeededRandom random(4);
    for (Act& act : one_of_each(random)) {
        const Bytes bytes = encoded(random, std::move(act), 1);
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            Bytes altered = bytes;
            altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << (bit % 8)));
            const auto parsed = network::parse_operation(altered);
            CHECK((!parsed || network::encode_operation(*parsed) != bytes));
        }
    }
}

TEST_CASE("operation: an inception of another school is refused", "[network]") {
    SeededRandom random(5);
    network::Admit admit = make_admit(random, 100);
    admit.inception[50] ^= 1;
    CHECK(refusal(encoded(random, admit)) == Errc::malformed);
    admit.inception[50] ^= 1;
    CHECK(refusal(encoded(random, admit)) == Errc::closed);
}

TEST_CASE("operation: sixteen seen operations are allowed, one more is not", "[network]") {
    SeededRandom random(6);
    const network::EndInvite end{random.make<RevisionId>()};
    CHECK(refusal(encoded(random, end, limits::operation_seen_max)) == Errc::closed);
    CHECK(refusal(encoded(random, end, limits::operation_seen_max + 1)) == Errc::too_large);
}

TEST_CASE("operation: 256 KiB are allowed, one byte more is not", "[network]") {
    SeededRandom random(7);
    const std::size_t frame = encoded(random, make_admit(random, 100'000)).size() - 100'000;
    const std::size_t most = limits::operation_bytes_max - frame;
    REQUIRE(encoded(random, make_admit(random, most)).size() == limits::operation_bytes_max);
    CHECK(refusal(encoded(random, make_admit(random, most))) == Errc::closed);
    CHECK(refusal(encoded(random, make_admit(random, most + 1))) == Errc::too_large);
}

TEST_CASE("operation: one without an act, of another version or role is refused", "[network]") {
    SeededRandom random(8);
    CHECK(refusal(Bytes{}) == Errc::unknown_version);
    CHECK(refusal(Bytes{0x08, 0x01}) == Errc::malformed);
    Bytes newer = encoded(random, network::EndInvite{random.make<RevisionId>()});
    newer[1] = 2;
    CHECK(refusal(newer) == Errc::unknown_version);
    Bytes role = encoded(random, network::SetRole{random.make<SchoolId>(), Role::member});
    for (const unsigned raw : {0U, 4U, 127U}) {
        role.back() = static_cast<std::uint8_t>(raw);
        CHECK(refusal(role) == Errc::unknown_value);
    }
    Bytes out =
        encoded(random, network::Remove{random.make<SchoolId>(), network::Reason::own_wish});
    Bytes gone = encoded(random, network::Leave{network::Reason::own_wish});
    for (const unsigned raw : {0U, 8U, 127U}) {
        out.back() = static_cast<std::uint8_t>(raw);
        gone.back() = static_cast<std::uint8_t>(raw);
        CHECK(refusal(out) == Errc::unknown_value);
        CHECK(refusal(gone) == Errc::unknown_value);
    }
}

TEST_CASE("operation: fields outside the strict form are refused", "[network]") {
    SeededRandom random(9);
    const Bytes good = encoded(random, network::EndInvite{random.make<RevisionId>()});
    const auto with = [&](const Bytes& more) {
        Bytes bytes = good;
        append(bytes, more);
        return refusal(bytes);
    };
    CHECK(with({0x80, 0x01, 0x01}) == Errc::not_strict); // 16: an act of the future
    CHECK(with({0x7a, 0x00}) == Errc::not_strict);       // the act again
    CHECK(with({0x6a, 0x00}) == Errc::not_strict);       // another act
    CHECK(with({0xb8, 0x3e, 0x01}) == Errc::not_strict); // 999
    CHECK(with({0xc0, 0x3e, 0x01}) == Errc::closed);     // 1000
    CHECK(with({0xf8, 0x7c, 0x01}) == Errc::closed);     // 1999
    CHECK(with({0x80, 0x7d, 0x01}) == Errc::not_strict); // 2000
    Bytes short_seen{0x08, 0x01, 0x12, 0x01, 0xaa};
    append(short_seen, ByteView(good).subspan(2 + 2 * 34));
    CHECK(refusal(short_seen) == Errc::malformed);
}

TEST_CASE("admission statement: each of its three parts is part of it", "[network]") {
    SeededRandom random(10);
    const auto handshake = random.make<Digest>();
    const auto school = random.make<SchoolId>();
    const auto charter = random.make<Digest>();
    const Bytes statement = network::admission_statement(handshake, school, charter);

    CHECK(statement.size() == 96);
    CHECK(network::admission_statement(charter, school, handshake) != statement);
    CHECK(network::admission_statement(handshake, random.make<SchoolId>(), charter) != statement);
}

TEST_CASE("operation: the pins of a closing and the end of a role are those that were written") {
    SeededRandom random(8);
    const network::Pins pins = make_pins(random, 5);
    const auto school = random.make<SchoolId>();

    const auto removal = network::parse_operation(
        encoded(random, network::Remove{school, network::Reason::closed, pins})
    );
    const auto role = network::parse_operation(
        encoded(random, network::SetRole{school, Role::observer, staffroom::WallTime{77}, pins})
    );
    const auto for_good =
        network::parse_operation(encoded(random, network::SetRole{school, Role::member}));

    REQUIRE((removal && role && for_good));
    CHECK(std::get<network::Remove>(removal->act).pins == pins);
    CHECK(std::get<network::SetRole>(role->act).pins == pins);
    CHECK(std::get<network::SetRole>(role->act).until == staffroom::WallTime{77});
    CHECK_FALSE(std::get<network::SetRole>(for_good->act).until);
}

TEST_CASE("operation: pins are refused beyond their bound, out of order, twice for one log") {
    SeededRandom random(9);
    const auto leave = [&](network::Pins pins) {
        return refusal(encoded(random, network::Leave{network::Reason::closed, std::move(pins)}));
    };
    network::Pins most = make_pins(random, limits::closing_pins_max);
    CHECK(leave(most) == Errc::closed);
    CHECK(leave(make_pins(random, limits::closing_pins_max + 1)) == Errc::too_large);
    std::swap(most[3], most[4]);
    CHECK(leave(most) == Errc::malformed);
    const network::Pins one = make_pins(random, 1);
    CHECK(leave({one[0], one[0]}) == Errc::malformed);
}
