#include "storage/database/row_keys.hpp"
#include "tests/support/store/store_builder.hpp"

#include <catch2/catch.hpp>

namespace staffroom::storage {

using replica::BodyState;

TEST_CASE("row keys: entries sort by log and position", "[storage]") {
    const auto key = [](std::uint32_t log, std::uint64_t position) {
        return to_bytes(entry_key({LogNumber{log}, Position{position}}).view());
    };

    CHECK(key(1, 255) < key(1, 256));
    CHECK(key(1, ~std::uint64_t{0}) < key(2, 0));
    CHECK(key(255, 0) < key(256, 0));
    auto back = address_in_key(key(7, 1ULL << 40U));
    REQUIRE(back);
    CHECK(*back == EntryAddress{LogNumber{7}, Position{1ULL << 40U}});
    CHECK(address_in_key(Bytes(12)).error().code == Errc::corrupt);
}

TEST_CASE("row keys: an entry's row reads back, and every short one is corrupt", "[storage]") {
    const Bytes header{1, 2, 3};
    Bytes row;
    encode_entry(row, {BodyState::refused, {1, 2, 3}, header});

    auto back = decode_entry(row);

    REQUIRE(back);
    CHECK(back->state == BodyState::refused);
    CHECK(back->place == Place{1, 2, 3});
    CHECK(to_bytes(back->header) == header);
    for (std::size_t i = 0; i < 13; ++i)
        CHECK(decode_entry(ByteView(row).first(i)).error().code == Errc::corrupt);
    row[0] = 7;
    CHECK(decode_entry(row).error().code == Errc::corrupt);
}

TEST_CASE("row keys: every body state reads back and every other number is corrupt", "[storage]") {
    for (unsigned raw = 0; raw < 256; ++raw) {
        auto state = parse_body_state(static_cast<std::uint8_t>(raw));
        CHECK(state.has_value() == (raw <= 6));
        if (state)
            CHECK(static_cast<unsigned>(*state) == raw);
    }
}

TEST_CASE("row keys: a log's row reads back, and no truncation or extension does", "[storage]") {
    tests::LogBuilder log({.seed = 5});
    static_cast<void>(log.append(7));
    replica::LogState state = log.state();
    state.right = {LogSize{7}, LogSize{9}, {state.head.head.root}};
    const Bytes row = encode_log({LogNumber{3}, state});

    auto back = decode_log(row);

    REQUIRE(back);
    CHECK(back->number == LogNumber{3});
    CHECK(back->state.id == state.id);
    CHECK(back->state.descriptor == state.descriptor);
    CHECK(back->state.head.bytes == state.head.bytes);
    CHECK(back->state.head.signature == state.head.signature);
    CHECK(back->state.head.head.size == LogSize{7});
    CHECK(back->state.head.head.root == state.head.head.root);
    CHECK(back->state.stored == LogSize{7});
    CHECK(back->state.frontier == state.frontier);
    CHECK(back->state.right == state.right);
    CHECK(back->state.documents == 7);
    for (std::size_t i = 0; i < row.size(); ++i)
        CHECK(decode_log(ByteView(row).first(i)).error().code == Errc::corrupt);
    Bytes longer = row;
    longer.push_back(0);
    CHECK(decode_log(longer).error().code == Errc::corrupt);
}

TEST_CASE("row keys: a sealed row opens only unchanged and under its own key", "[storage]") {
    const Bytes key{1, 2};
    Bytes value{3, 4, 5};
    seal_row(key, value);

    auto content = open_sealed_row(key, value);
    REQUIRE(content);
    CHECK(to_bytes(*content) == Bytes{3, 4, 5});
    CHECK(open_sealed_row(Bytes{1, 3}, value).error().code == Errc::corrupt);
    CHECK(open_sealed_row(key, Bytes(15)).error().code == Errc::corrupt);
    for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
        Bytes flipped = value;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        CHECK(open_sealed_row(key, flipped).error().code == Errc::corrupt);
    }
}

TEST_CASE("row keys: version and segment end read back, damaged ones do not", "[storage]") {
    CHECK(*decode_meta(encode_meta()) == schema_version);
    CHECK(decode_meta(Bytes(18)).error().code == Errc::corrupt);
    CHECK(*decode_segment_end(encode_segment_end({4, 5})) == SegmentEnd{4, 5});
    CHECK(decode_segment_end(Bytes(7)).error().code == Errc::corrupt);
}

} // namespace staffroom::storage
