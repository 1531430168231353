// The strict form of signed messages, byte by byte, against a rule with every type of field.
#include "protocol/wire/form/strict.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace wire = staffroom::wire;
using staffroom::append;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;
using wire::FieldRule;
using wire::FieldType;
using wire::MessageRule;

namespace {

constexpr FieldRule inner_fields[] = {{1, FieldType::u32}, {2, FieldType::bytes}};
constexpr MessageRule inner_rule{inner_fields};
constexpr FieldRule outer_fields[] = {
    {1, FieldType::boolean},
    {2, FieldType::u32},
    {3, FieldType::u64},
    {4, FieldType::bytes},
    {5, FieldType::bytes, true},
    {6, FieldType::message, true, &inner_rule},
    {10, FieldType::message, false, &inner_rule},
    {11, FieldType::message, false, &inner_rule},
};
constexpr MessageRule outer_rule{outer_fields, 10};

Bytes varint(std::uint64_t value) {
    Bytes out;
    for (; value >= 0x80; value >>= 7U)
        out.push_back(static_cast<std::uint8_t>(value | 0x80U));
    out.push_back(static_cast<std::uint8_t>(value));
    return out;
}

Bytes tag(std::uint32_t number, unsigned wire_type) {
    return varint((std::uint64_t{number} << 3U) | wire_type);
}

Bytes number_field(std::uint32_t number, std::uint64_t value) {
    Bytes out = tag(number, 0);
    append(out, varint(value));
    return out;
}

Bytes bytes_field(std::uint32_t number, ByteView content) {
    Bytes out = tag(number, 2);
    append(out, varint(content.size()));
    append(out, content);
    return out;
}

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts)
        append(out, part);
    return out;
}

/// The code of the refusal; nothing when the message is accepted.
std::optional<Errc> refusal(ByteView message) {
    const auto checked = wire::check_strict(message, outer_rule);
    return checked ? std::nullopt : std::optional(checked.error().code);
}

const Bytes word{'w', 'o', 'r', 'd'};

} // namespace

TEST_CASE("strict form: a message with its fields in order is accepted", "[wire]") {
    const Bytes inner = joined({number_field(1, 7), bytes_field(2, word)});

    CHECK_FALSE(refusal({}));
    CHECK_FALSE(refusal(joined(
        {number_field(1, 1),
         number_field(2, 5),
         number_field(3, 6),
         bytes_field(4, word),
         bytes_field(5, word),
         bytes_field(5, word),
         bytes_field(6, inner),
         bytes_field(6, inner),
         bytes_field(10, inner)}
    )));
}

TEST_CASE("strict form: fields out of order or repeated are refused", "[wire]") {
    CHECK(refusal(joined({number_field(2, 5), number_field(1, 1)})) == Errc::not_strict);
    CHECK(refusal(joined({number_field(2, 5), number_field(2, 5)})) == Errc::not_strict);
    CHECK(refusal(joined({bytes_field(4, word), bytes_field(4, word)})) == Errc::not_strict);
    CHECK(
        refusal(joined({bytes_field(5, word), bytes_field(6, {}), bytes_field(5, word)})) ==
        Errc::not_strict
    );
    CHECK(refusal(joined({bytes_field(10, {}), bytes_field(10, {})})) == Errc::not_strict);
}

TEST_CASE("strict form: the acts of a oneof exclude each other", "[wire]") {
    CHECK_FALSE(refusal(bytes_field(11, {})));
    CHECK(refusal(joined({bytes_field(10, {}), bytes_field(11, {})})) == Errc::not_strict);
    CHECK_FALSE(refusal(joined({bytes_field(11, {}), number_field(1000, 1)})));
}

TEST_CASE("strict form: unknown fields are passed over from 1000 to 1999 only", "[wire]") {
    const std::pair<std::uint32_t, bool> cases[] = {
        {7, false},
        {999, false},
        {1000, true},
        {1999, true},
        {2000, false},
        {12, false},
        {5000, false},
        {536870911, false}};
    for (const auto& [number, is_accepted] : cases) {
        INFO(number);
        CHECK(refusal(number_field(number, 1)).has_value() != is_accepted);
        CHECK(refusal(bytes_field(number, word)).has_value() != is_accepted);
    }
    CHECK(refusal(joined({number_field(1001, 1), number_field(1000, 1)})) == Errc::not_strict);
    CHECK(refusal(joined({number_field(1001, 1), number_field(1001, 1)})) == Errc::not_strict);
}

TEST_CASE("strict form: a number wider than its field is refused", "[wire]") {
    constexpr std::uint64_t u32_max = std::numeric_limits<std::uint32_t>::max();
    constexpr std::uint64_t u64_max = std::numeric_limits<std::uint64_t>::max();

    CHECK_FALSE(refusal(number_field(1, 1)));
    CHECK(refusal(number_field(1, 2)) == Errc::not_strict);
    CHECK_FALSE(refusal(number_field(2, u32_max)));
    CHECK(refusal(number_field(2, u32_max + 1)) == Errc::not_strict);
    CHECK(refusal(number_field(2, u64_max)) == Errc::not_strict);
    CHECK_FALSE(refusal(number_field(3, u64_max)));
}

TEST_CASE("strict form: a value of another wire type is refused", "[wire]") {
    CHECK(refusal(bytes_field(2, word)) == Errc::not_strict);
    CHECK(refusal(number_field(4, 1)) == Errc::not_strict);
    CHECK(refusal(number_field(6, 1)) == Errc::not_strict);
    for (const unsigned wire_type : {1U, 3U, 4U, 5U, 6U, 7U}) {
        INFO(wire_type);
        CHECK(refusal(joined({tag(2, wire_type), Bytes(8, 0)})).has_value());
        CHECK(refusal(joined({tag(1000, wire_type), Bytes(8, 0)})).has_value());
    }
    CHECK(refusal(Bytes{0x00}).has_value());
}

TEST_CASE("strict form: what is nested is as strict as what is not", "[wire]") {
    const Bytes twice = joined({number_field(1, 7), number_field(1, 7)});
    const Bytes unknown = number_field(3, 1);
    const Bytes ignorable = number_field(1500, 1);

    CHECK(refusal(bytes_field(6, twice)) == Errc::not_strict);
    CHECK(refusal(bytes_field(10, unknown)) == Errc::not_strict);
    CHECK_FALSE(refusal(bytes_field(10, ignorable)));
    CHECK(refusal(joined({bytes_field(6, {}), bytes_field(6, twice)})) == Errc::not_strict);
}

TEST_CASE("strict form: a message cut inside a field is truncated", "[wire]") {
    const Bytes inner = joined({number_field(1, 300), bytes_field(2, word)});
    const Bytes parts[] = {
        number_field(1, 1), number_field(2, 70000), bytes_field(4, word), bytes_field(6, inner)};
    Bytes whole;
    std::vector<std::size_t> ends{0};
    for (const Bytes& part : parts) {
        append(whole, part);
        ends.push_back(whole.size());
    }

    for (std::size_t length = 0; length <= whole.size(); ++length) {
        INFO(length);
        const bool is_end = std::find(ends.begin(), ends.end(), length) != ends.end();
        const auto code = refusal(ByteView(whole).first(length));
        CHECK(code == (is_end ? std::nullopt : std::optional(Errc::truncated)));
    }
    CHECK(refusal(joined({tag(4, 2), varint(std::uint64_t{1} << 40U)})) == Errc::truncated);
    CHECK(refusal(joined({tag(4, 2), varint(0xffffffff)})) == Errc::truncated);
    CHECK(refusal(joined({tag(3, 0), Bytes(11, 0xff)})) == Errc::truncated);
}
