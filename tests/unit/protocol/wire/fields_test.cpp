// Fields read and written one by one, against what protobuf's streams make of a whole message.
#include "protocol/wire/form/fields.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>
#include <string>

namespace wire = staffroom::wire;
using staffroom::as_text;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;

namespace {

/// What a message is made of: numbers and bytes by turns, some of them empty, long or large.
struct Made {
    std::uint32_t number;
    bool is_bytes;
    std::uint64_t value;
    Bytes bytes;
};

std::vector<Made> make_fields(staffroom::tests::SeededRandom& random) {
    std::vector<Made> fields(random.below(8));
    for (Made& field : fields) {
        field.number =
            static_cast<std::uint32_t>(1 + random.below(random.below(2) == 0 ? 15 : 4000));
        field.is_bytes = random.below(2) == 0;
        field.value = field.is_bytes ? 0 : 1 + (random.below(1ULL << 62U) >> random.below(62));
        if (!field.is_bytes)
            continue;
        field.bytes.resize(random.below(random.below(4) == 0 ? 20'000 : 40));
        random.fill(field.bytes);
    }
    return fields;
}

/// As protobuf writes them.
Bytes slow_bytes(const std::vector<Made>& fields) {
    std::string out;
    {
        google::protobuf::io::StringOutputStream stream(&out);
        google::protobuf::io::CodedOutputStream coded(&stream);
        for (const Made& field : fields) {
            coded.WriteTag((field.number << 3U) | (field.is_bytes ? 2U : 0U));
            coded.WriteVarint64(field.is_bytes ? field.bytes.size() : field.value);
            if (field.is_bytes)
                coded.WriteString(std::string(as_text(field.bytes)));
        }
    }
    return {out.begin(), out.end()};
}

Bytes fast_bytes(const std::vector<Made>& fields) {
    Bytes out;
    for (const Made& field : fields) {
        if (field.is_bytes)
            wire::append_bytes(out, field.number, field.bytes, true);
        else
            wire::append_number(out, field.number, field.value);
    }
    return out;
}

/// Whether all of it can be read.
bool is_read(ByteView message) {
    for (wire::FieldReader reader(message); !reader.is_at_end();) {
        const auto field = reader.next();
        if (field)
            continue;
        CHECK(field.error().code == Errc::malformed);
        return false;
    }
    return true;
}

} // namespace

TEST_CASE("fields: they are written and read as protobuf does", "[wire]") {
    staffroom::tests::SeededRandom random(7);
    for (int round = 0; round < 400; ++round) {
        const auto fields = make_fields(random);
        const Bytes message = slow_bytes(fields);
        CAPTURE(round);
        REQUIRE(fast_bytes(fields) == message);
        wire::FieldReader reader(message);
        for (const Made& field : fields) {
            const auto found = reader.next();
            REQUIRE(found);
            CHECK(found->number == field.number);
            CHECK(found->is_bytes == field.is_bytes);
            CHECK(found->value == field.value);
            CHECK(Bytes(found->bytes.begin(), found->bytes.end()) == field.bytes);
        }
        CHECK(reader.is_at_end());
    }
}

TEST_CASE("fields: what is nothing stands nowhere, unless it is one of many", "[wire]") {
    Bytes out;
    wire::append_number(out, 1, 0);
    wire::append_bytes(out, 2, {});
    CHECK(out.empty());
    wire::append_bytes(out, 2, {}, true);
    CHECK(out == Bytes{0x12, 0x00});
}

TEST_CASE("fields: a message that ends in a field is refused", "[wire]") {
    Bytes message;
    wire::append_number(message, 1, 300);
    const std::size_t first = message.size();
    wire::append_bytes(message, 2, Bytes(200, 7));
    for (std::size_t size = 0; size <= message.size(); ++size) {
        CAPTURE(size);
        const bool is_whole = size == 0 || size == first || size == message.size();
        CHECK(is_read(ByteView(message).first(size)) == is_whole);
    }
}

TEST_CASE("fields: a length beyond all bytes and a number without end are refused", "[wire]") {
    Bytes long_one;
    wire::append_number(long_one, 2, std::numeric_limits<std::uint64_t>::max());
    long_one[0] = 0x12; // the same value as the length of bytes
    CHECK_FALSE(is_read(long_one));
    Bytes endless(12, 0xFF);
    endless[0] = 0x08;
    CHECK_FALSE(is_read(endless));
    CHECK_FALSE(is_read(Bytes{0x00, 0x01}));                   // field 0
    CHECK_FALSE(is_read(Bytes{0x09, 1, 2, 3, 4, 5, 6, 7, 8})); // eight bytes, fixed
    CHECK_FALSE(is_read(Bytes{0x0B, 0x0C}));                   // a group
}
