// Entry headers, which are hashed for ever. Random ones come back as they were; anything that is
// not exactly a header of this version is refused.
#include "protocol/base/limits.hpp"
#include "protocol/log/entry.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace limits = staffroom::limits;
namespace slog = staffroom::log;
using slog::EntryHeader;
using staffroom::append;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using staffroom::Random;
using staffroom::tests::SeededRandom;

namespace {

std::uint32_t any_u32(Random& random) {
    return static_cast<std::uint32_t>(random.below(1U << 31U));
}

template <class Id> std::vector<Id> some(Random& random, std::size_t count_max) {
    std::vector<Id> ids;
    for (std::uint64_t i = random.below(count_max + 1); i > 0; --i)
        ids.push_back(random.make<Id>());
    return ids;
}

EntryHeader minimal(Random& random) {
    return EntryHeader{.kind = 1, .school = random.make<staffroom::SchoolId>()};
}

EntryHeader random_header(Random& random) {
    EntryHeader header = minimal(random);
    header.kind = any_u32(random);
    header.critical = random.below(2) == 1;
    if (random.below(2) == 1)
        header.document = random.make<staffroom::RevisionId>();
    header.parents = some<staffroom::RevisionId>(random, limits::header_parents_max);
    for (const auto& target : some<staffroom::RevisionId>(random, 20))
        header.about.push_back({target, any_u32(random)});
    header.reach = any_u32(random);
    header.audience = some<staffroom::Digest>(random, limits::header_audience_max);
    header.pass_on = any_u32(random);
    header.retention = any_u32(random);
    header.clock = {random.below(~std::uint64_t{0})};
    header.clock_counter = any_u32(random);
    header.attachment_bytes = random.below(~std::uint64_t{0});
    if (random.below(2) == 1) {
        header.commitment = random.make<staffroom::Commitment>();
        header.codec = any_u32(random);
        header.encoded_length =
            static_cast<std::uint32_t>(random.below(limits::body_encoded_bytes_max + 1));
        header.plain_length =
            static_cast<std::uint32_t>(random.below(limits::body_plain_bytes_max + 1));
    } else if (random.below(2) == 1) {
        header.payload = slog::Payload{
            static_cast<std::uint32_t>(random.below(limits::operation_bytes_max + 1)),
            random.make<staffroom::Digest>()};
    }
    for (std::uint64_t i = random.below(limits::header_predecessors_max + 1); i > 0; --i)
        header.predecessors.push_back(
            {random.make<staffroom::SigningPublicKey>(),
             random.make<staffroom::Incarnation>(),
             staffroom::LogSize{random.below(1000)},
             random.make<staffroom::TreeHash>()}
        );
    return header;
}

Bytes varint(std::uint64_t value) {
    Bytes out;
    for (; value >= 0x80; value >>= 7U)
        out.push_back(static_cast<std::uint8_t>(value | 0x80U));
    out.push_back(static_cast<std::uint8_t>(value));
    return out;
}

Bytes number_field(std::uint32_t number, std::uint64_t value) {
    Bytes out = varint(std::uint64_t{number} << 3U);
    append(out, varint(value));
    return out;
}

/// Why the header with these bytes behind it is refused; closed when it is not.
Errc refusal(Bytes header, const Bytes& more = {}) {
    append(header, more);
    const auto parsed = slog::parse_header(header);
    return parsed ? Errc::closed : parsed.error().code;
}

Errc refusal(const EntryHeader& header) {
    return refusal(slog::encode_header(header));
}

} // namespace

TEST_CASE("entry header: a thousand random ones come back as they were", "[log]") {
    SeededRandom random(1);
    for (int i = 0; i < 1000; ++i) {
        const EntryHeader header = random_header(random);
        const Bytes bytes = slog::encode_header(header);
        const auto parsed = slog::parse_header(bytes);
        if (bytes.size() > limits::header_bytes_max) {
            REQUIRE_FALSE(parsed);
            CHECK(parsed.error().code == Errc::too_large);
            continue;
        }
        REQUIRE(parsed);
        CHECK(*parsed == header);
    }
}

TEST_CASE("entry header: of a later version what stands in every version is read", "[log]") {
    SeededRandom random(7);
    EntryHeader header = minimal(random);
    header.commitment = random.make<staffroom::Commitment>();
    header.encoded_length = 300;
    header.plain_length = 900;
    header.about.push_back({random.make<staffroom::RevisionId>(), 2});
    const auto of_version = [&](std::uint8_t version, const Bytes& more) {
        Bytes bytes = slog::encode_header(header);
        REQUIRE(bytes[0] == 8);
        bytes[1] = version;
        append(bytes, more);
        return bytes;
    };
    Bytes more = number_field(22, 5);
    append(more, number_field(22, 6));
    append(more, number_field(999, 1));

    const auto parsed = slog::parse_any_header(of_version(2, more));

    REQUIRE(parsed);
    CHECK(parsed->version == 2);
    CHECK(parsed->kind == header.kind);
    CHECK(parsed->school == header.school);
    CHECK(parsed->commitment == header.commitment);
    CHECK(parsed->encoded_length == 300);
    CHECK_FALSE(slog::begins_document(*parsed));
    CHECK(refusal(of_version(2, more)) == Errc::unknown_version);
    CHECK(slog::header_version(of_version(2, more)) == 2);
    // Version 1 stays as strict as it was, and a later one keeps what version 1 has.
    const auto why = [](const Bytes& bytes) {
        const auto any = slog::parse_any_header(bytes);
        return any ? Errc::closed : any.error().code;
    };
    CHECK(why(of_version(1, {})) == Errc::closed);
    CHECK(why(of_version(1, more)) == Errc::not_strict);
    CHECK(why(of_version(0, {})) != Errc::closed);
    CHECK(why(of_version(2, number_field(4, 1))) == Errc::not_strict);
    CHECK(why(of_version(2, Bytes(5000, 0))) == Errc::too_large);
    header.encoded_length = limits::body_encoded_bytes_max + 1;
    CHECK(why(of_version(2, {})) == Errc::too_large);
}

TEST_CASE("entry header: cut anywhere, it is never the same header", "[log]") {
    SeededRandom random(2);
    EntryHeader header = minimal(random);
    header.commitment = random.make<staffroom::Commitment>();
    header.encoded_length = 300;
    header.about.push_back({random.make<staffroom::RevisionId>(), 2});
    header.predecessors.push_back(
        {random.make<staffroom::SigningPublicKey>(),
         random.make<staffroom::Incarnation>(),
         staffroom::LogSize{3},
         random.make<staffroom::TreeHash>()}
    );
    const Bytes bytes = slog::encode_header(header);

    for (std::size_t length = 0; length < bytes.size(); ++length) {
        INFO(length);
        const auto parsed = slog::parse_header(ByteView(bytes).first(length));
        CHECK((!parsed || !(*parsed == header)));
    }
    CHECK(refusal(Bytes{}) == Errc::unknown_version);
}

TEST_CASE("entry header: every flipped bit gives another revision id", "[log]") {
    SeededRandom random(3);
    const Bytes bytes = slog::encode_header(minimal(random));
    const auto id = slog::revision_id(bytes);

    for (std::size_t at = 0; at < bytes.size() * 8; ++at) {
        Bytes altered = bytes;
        altered[at / 8] = static_cast<std::uint8_t>(altered[at / 8] ^ (1U << (at % 8)));
        CHECK(slog::revision_id(altered) != id);
    }
    CHECK(slog::revision_id(bytes) == id);
}

TEST_CASE("entry header: each list holds at its limit and not beyond", "[log]") {
    SeededRandom random(4);
    using Grow = std::function<void(EntryHeader&)>;
    const std::pair<std::size_t, Grow> lists[] = {
        {limits::header_parents_max,
         [&](EntryHeader& header) {
             header.parents.push_back(random.make<staffroom::RevisionId>());
         }},
        {limits::header_audience_max,
         [&](EntryHeader& header) { header.audience.push_back(random.make<staffroom::Digest>()); }},
        {limits::header_predecessors_max,
         [&](EntryHeader& header) {
             header.predecessors.push_back(
                 {random.make<staffroom::SigningPublicKey>(),
                  random.make<staffroom::Incarnation>(),
                  staffroom::LogSize{1},
                  random.make<staffroom::TreeHash>()}
             );
         }},
        {limits::header_about_max,
         [&](EntryHeader& header) {
             header.about.push_back({random.make<staffroom::RevisionId>(), 1});
         }},
    };
    for (const auto& [most, grow] : lists) {
        INFO(most);
        EntryHeader header = minimal(random);
        for (std::size_t i = 0; i < most; ++i)
            grow(header);
        CHECK(refusal(header) == Errc::closed);
        grow(header);
        CHECK(refusal(header) == Errc::too_large);
    }
}

TEST_CASE("entry header: lengths hold at their limit and not beyond", "[log]") {
    SeededRandom random(5);
    EntryHeader body = minimal(random);
    body.commitment = random.make<staffroom::Commitment>();
    body.encoded_length = limits::body_encoded_bytes_max;
    body.plain_length = limits::body_plain_bytes_max;
    CHECK(refusal(body) == Errc::closed);
    body.encoded_length += 1;
    CHECK(refusal(body) == Errc::too_large);
    body.encoded_length -= 1;
    body.plain_length += 1;
    CHECK(refusal(body) == Errc::too_large);

    EntryHeader operation = minimal(random);
    operation.payload =
        slog::Payload{limits::operation_bytes_max, random.make<staffroom::Digest>()};
    CHECK(refusal(operation) == Errc::closed);
    operation.payload->length += 1;
    CHECK(refusal(operation) == Errc::too_large);
}

TEST_CASE("entry header: 4 KiB are a header and one byte more is none", "[log]") {
    SeededRandom random(6);
    const Bytes bytes = slog::encode_header(minimal(random));
    const auto padded = [&](std::size_t wanted) {
        Bytes out = bytes;
        append(out, varint((1000U << 3U) | 2U));
        append(out, varint(wanted - bytes.size() - 4));
        out.resize(wanted, 0);
        return out;
    };
    REQUIRE(padded(limits::header_bytes_max).size() == limits::header_bytes_max);
    CHECK(refusal(padded(limits::header_bytes_max)) == Errc::closed);
    CHECK(refusal(padded(limits::header_bytes_max + 1)) == Errc::too_large);
}

TEST_CASE("entry header: an entry has a body or a payload, and lengths only with them", "[log]") {
    SeededRandom random(7);
    EntryHeader both = minimal(random);
    both.commitment = random.make<staffroom::Commitment>();
    both.payload = slog::Payload{3, random.make<staffroom::Digest>()};
    EntryHeader encoded = minimal(random);
    encoded.encoded_length = 1;
    EntryHeader plain = minimal(random);
    plain.plain_length = 1;

    CHECK(refusal(both) == Errc::malformed);
    CHECK(refusal(encoded) == Errc::malformed);
    CHECK(refusal(plain) == Errc::malformed);
    CHECK(refusal(slog::encode_header(minimal(random)), number_field(19, 5)) == Errc::malformed);
}

TEST_CASE("entry header: fields outside the strict form are refused", "[log]") {
    SeededRandom random(8);
    EntryHeader header = minimal(random);
    header.clock = {5};
    const Bytes bytes = slog::encode_header(header);

    CHECK(refusal(bytes, number_field(22, 1)) == Errc::not_strict);
    CHECK(refusal(bytes, number_field(999, 1)) == Errc::not_strict);
    CHECK(refusal(bytes, number_field(1000, 1)) == Errc::closed);
    CHECK(refusal(bytes, number_field(1999, 1)) == Errc::closed);
    CHECK(refusal(bytes, number_field(2000, 1)) == Errc::not_strict);
    CHECK(refusal(bytes, number_field(12, 5)) == Errc::not_strict);
    CHECK(refusal(bytes, number_field(2, 1)) == Errc::not_strict);
    CHECK(refusal(bytes, number_field(13, std::uint64_t{1} << 32U)) == Errc::not_strict);
    CHECK(refusal(bytes, number_field(13, (std::uint64_t{1} << 32U) - 1)) == Errc::closed);
}

TEST_CASE("entry header: another version or an id of wrong length is refused", "[log]") {
    SeededRandom random(9);
    Bytes bytes = slog::encode_header(minimal(random));
    REQUIRE(bytes[0] == 0x08);
    bytes[1] = 2;
    CHECK(refusal(bytes) == Errc::unknown_version);

    Bytes short_parent = slog::encode_header(minimal(random));
    append(short_parent, varint((6U << 3U) | 2U));
    append(short_parent, Bytes{1, 0xaa});
    CHECK(refusal(short_parent) == Errc::malformed);
    CHECK(refusal(Bytes{0x08, 0x01, 0x10, 0x01}) == Errc::malformed);
}

TEST_CASE("entry header: a document begins with a body that names none", "[log]") {
    SeededRandom random(10);
    EntryHeader header = minimal(random);
    CHECK_FALSE(slog::begins_document(header));
    header.commitment = random.make<staffroom::Commitment>();
    CHECK(slog::begins_document(header));
    header.document = random.make<staffroom::RevisionId>();
    CHECK_FALSE(slog::begins_document(header));
}
