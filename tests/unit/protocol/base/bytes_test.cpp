#include "protocol/base/bytes.hpp"
#include "protocol/base/ids.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <type_traits>

using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::NetworkId;
using staffroom::SchoolId;

namespace {

using Four = staffroom::FixedBytes<struct FourTag, 4>;

} // namespace

TEST_CASE("fixed bytes: only exactly their number of bytes makes them", "[bytes]") {
    const Bytes five{1, 2, 3, 4, 5};
    const ByteView view(five);

    CHECK_FALSE(Four::from({}));
    CHECK_FALSE(Four::from(view.first(3)));
    CHECK_FALSE(Four::from(view));
    const auto four = Four::from(view.first(4));
    REQUIRE(four);
    CHECK(staffroom::to_bytes(four->view()) == Bytes{1, 2, 3, 4});
}

TEST_CASE("fixed bytes: they are ordered byte by byte, unsigned", "[bytes]") {
    const Four low({0, 255, 255, 255});
    const Four middle({127, 0, 0, 0});
    const Four high({128, 0, 0, 0});

    CHECK(low < middle);
    CHECK(middle < high);
    CHECK(low != high);
    CHECK(low == Four({0, 255, 255, 255}));
}

TEST_CASE("fixed bytes: one id is no other id, and none has a default value", "[bytes]") {
    STATIC_REQUIRE_FALSE(std::is_convertible_v<SchoolId, NetworkId>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<SchoolId, NetworkId>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<SchoolId>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<SchoolId::Raw, SchoolId>);
}

TEST_CASE("integers: they are written big endian and read back", "[bytes]") {
    Bytes out;

    staffroom::append_u16_be(out, 0x0102);
    staffroom::append_u32_be(out, 0x03040506);
    staffroom::append_u64_be(out, 0x0708090a0b0c0d0eULL);

    const Bytes expected{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    CHECK(out == expected);
    const ByteView view(out);
    CHECK(staffroom::read_u16_be(view) == 0x0102);
    CHECK(staffroom::read_u32_be(view.subspan(2)) == 0x03040506);
    CHECK(staffroom::read_u64_be(view.subspan(6)) == 0x0708090a0b0c0d0eULL);
}

TEST_CASE("integers: the largest and the smallest survive, and bytes sort as numbers", "[bytes]") {
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    Bytes small;
    Bytes large;

    staffroom::append_u64_be(small, 255);
    staffroom::append_u64_be(large, 256);
    Bytes extreme;
    staffroom::append_u64_be(extreme, largest);

    CHECK(small < large);
    CHECK(large < extreme);
    CHECK(staffroom::read_u64_be(extreme) == largest);
}

TEST_CASE("bytes as text: the view keeps every byte, NUL and high ones too", "[bytes]") {
    const std::string text("a\0\xff", 3);

    const ByteView view = staffroom::as_view(text);

    CHECK(staffroom::to_bytes(view) == Bytes{0x61, 0x00, 0xff});
    CHECK(staffroom::as_text(view) == text);
}
