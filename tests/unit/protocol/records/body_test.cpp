#include "protocol/base/limits.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/records/body.hpp"
#include "protocol/records/dictionary/dictionary.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>
#include <zstd.h>

namespace limits = staffroom::limits;
namespace records = staffroom::records;
namespace tests = staffroom::tests;
namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::ByteView;
using staffroom::Errc;

namespace {

records::RecordBody sample_body() {
    records::RecordBody body;
    body.title = "Retrieval grids in Year 8";
    body.summary = "Five minutes, three times a week.";
    body.authors = {{Bytes(32, 7), "A. Teacher", "Oakhill"}, {{}, "A headteacher", ""}};
    body.language = "cy-GB";
    body.licence = "CC-BY-4.0";
    body.text = "# Why\r\nBecause it works.\r\n";
    body.front_matter = "title: Retrieval grids\r\n";
    body.fields = {{1, "primary"}, {1, "secondary"}, {9999, "from a newer version"}};
    body.sections = {{101, 0, 7, 26}};
    body.attachments = {{Bytes(32, 9), "grid.png", "image/png", 1234, "A grid"}};
    body.attribution = "A. N. Other";
    body.origin = "example.org/a.md";
    body.created = {1'700'000'000'000};
    body.modified = {1'700'000'000'001};
    return body;
}

staffroom::Result<records::RecordBody> decode(const records::EncodedBody& encoded) {
    return records::decode_body(
        static_cast<std::uint64_t>(encoded.codec), encoded.plain_length, *encoded.encoded
    );
}

} // namespace

TEST_CASE("record body: what is encoded comes back equal", "[records]") {
    const auto body = sample_body();

    const auto encoded = records::encode_body(body);

    REQUIRE(encoded.has_value());
    CHECK(decode(*encoded).value() == body);
}

TEST_CASE("record body: repeated words are compressed, a short body stays plain", "[records]") {
    auto long_body = sample_body();
    long_body.text += std::string(10'000, 'a');
    records::RecordBody short_body;
    short_body.title = "qz";

    const auto compressed = records::encode_body(long_body);
    const auto plain = records::encode_body(short_body);

    CHECK(compressed->codec == records::BodyCodec::zstd_dictionary_1);
    CHECK(compressed->encoded->size() < 1000);
    CHECK(decode(*compressed).value() == long_body);
    CHECK(plain->codec == records::BodyCodec::plain);
    CHECK(decode(*plain).value() == short_body);
}

TEST_CASE("record body: frames of codec 1, which need no dictionary, are read", "[records]") {
    auto body = sample_body();
    body.text += std::string(2000, 'b');
    const Bytes plain = *wire::encode_record_body(body);
    Bytes frame(ZSTD_compressBound(plain.size()));
    frame.resize(ZSTD_compress(frame.data(), frame.size(), plain.data(), plain.size(), 3));

    CHECK(records::decode_body(1, plain.size(), frame).value() == body);
}

TEST_CASE("record body: several frames, or one to skip beside it, are refused", "[records]") {
    const Bytes plain = *wire::encode_record_body(sample_body());
    const auto frame_of = [](ByteView part) {
        Bytes frame(ZSTD_compressBound(part.size()));
        frame.resize(ZSTD_compress(frame.data(), frame.size(), part.data(), part.size(), 3));
        return frame;
    };
    const Bytes whole = frame_of(plain);
    const Bytes skipped{0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 9};
    REQUIRE(records::decode_body(1, plain.size(), whole));

    Bytes two = frame_of(ByteView(plain).first(10));
    staffroom::append(two, frame_of(ByteView(plain).subspan(10)));
    Bytes behind = whole;
    staffroom::append(behind, skipped);
    Bytes before = skipped;
    staffroom::append(before, whole);

    for (const Bytes* bytes : {&two, &behind, &before})
        CHECK_FALSE(records::decode_body(1, plain.size(), *bytes));
}

TEST_CASE(
    "record body: the dictionary of codec 2 is what it was and a frame of it stays readable",
    "[records]"
) {
    const auto digest = staffroom::crypto::hash(
        staffroom::crypto::HashLabel::payload, staffroom::as_view(records::dictionary_1())
    );
    CHECK(
        staffroom::to_hex(digest.view()) ==
        "215ff0d19da6ecf9eb122726f8d03de84fb41b146ae749a577102ec29524f816"
    );
    records::RecordBody body;
    body.title = "A box for wet playtimes";
    body.text = "What we did: the children worked in groups of three or four.";
    const Bytes frame =
        *staffroom::from_hex("28b52ffd22018057050100380a174173323c3a07f0786b969bf212ff80"
                             "7c014510e5a21e43dd27ad2cea01");
    CHECK(records::decode_body(2, 87, frame).value() == body);
}

TEST_CASE("record body: every truncation is refused", "[records]") {
    auto body = sample_body();
    body.text += std::string(2000, 'b');
    const auto encoded = records::encode_body(body);
    REQUIRE(encoded->codec == records::BodyCodec::zstd_dictionary_1);

    for (std::size_t length = 0; length < encoded->encoded->size(); ++length) {
        const auto cut = records::decode_body(
            2, encoded->plain_length, ByteView(*encoded->encoded).first(length)
        );
        CHECK(cut.error().code == Errc::corrupt);
    }
}

TEST_CASE("record body: trailing bytes and a wrong length are refused", "[records]") {
    auto body = sample_body();
    body.text += std::string(2000, 'b');
    const auto encoded = records::encode_body(body);
    Bytes longer = *encoded->encoded;
    longer.push_back(0);

    CHECK(records::decode_body(2, encoded->plain_length, longer).error().code == Errc::corrupt);
    for (const std::uint32_t off : {encoded->plain_length - 1, encoded->plain_length + 1})
        CHECK(records::decode_body(2, off, *encoded->encoded).error().code == Errc::corrupt);
    CHECK(records::decode_body(0, 3, Bytes{1, 2}).error().code == Errc::corrupt);
    CHECK(records::decode_body(3, 0, {}).error().code == Errc::unknown_value);
}

TEST_CASE("record body: a frame that grows beyond its stated length is refused", "[records]") {
    const Bytes zeros(200'000'000 / 10, 0);
    Bytes bomb(ZSTD_compressBound(zeros.size()));
    bomb.resize(ZSTD_compress(bomb.data(), bomb.size(), zeros.data(), zeros.size(), 3));
    REQUIRE(bomb.size() < 10'000);

    CHECK(records::decode_body(1, 1000, bomb).error().code == Errc::corrupt);
    CHECK(records::decode_body(2, 1000, bomb).error().code == Errc::corrupt);
    CHECK(records::decode_body(1, zeros.size(), bomb).error().code == Errc::too_large);
}

TEST_CASE("record body: a hostile frame leaves nothing behind for the next one", "[records]") {
    auto body = sample_body();
    body.text += "We read a page together, then each group told it again in its own words. ";
    const auto good = *records::encode_body(body);
    REQUIRE(good.codec == records::BodyCodec::zstd_dictionary_1);
    tests::SeededRandom random(5);
    std::size_t refused = 0;

    for (std::size_t round = 0; round < 2000; ++round) {
        Bytes hostile = *good.encoded;
        Bytes choice(4);
        random.fill(choice);
        hostile[choice[0] % hostile.size()] ^= static_cast<std::uint8_t>(choice[1] | 1U);
        hostile.resize(hostile.size() - choice[2] % 3);
        const std::uint64_t codec = 1 + choice[3] % 2;
        refused += records::decode_body(codec, good.plain_length, hostile) ? 0U : 1U;
        (void)records::decode_title(codec, hostile);

        REQUIRE(decode(good).value() == body);
        REQUIRE(records::decode_title(2, *good.encoded).value() == body.title);
        REQUIRE(*records::encode_body(body)->encoded == *good.encoded);
    }
    CHECK(refused > 1000);
}

TEST_CASE("record body: text of 256 KiB is taken, one byte more is not", "[records]") {
    records::RecordBody body;
    body.text.assign(limits::text_bytes_max, 'x');

    CHECK(records::encode_body(body).has_value());
    body.text += 'x';
    CHECK(records::encode_body(body).error().code == Errc::too_large);
}

TEST_CASE("record body: words that are not UTF-8 and stray sections are refused", "[records]") {
    auto broken = sample_body();
    broken.text = "caf\xE9";
    broken.sections.clear();
    auto with_nul = sample_body();
    with_nul.authors[0].name = std::string("a\0b", 3);
    auto stray = sample_body();
    stray.sections[0].end = static_cast<std::uint32_t>(stray.text.size() + 1);
    auto reversed = sample_body();
    reversed.sections[0].begin = reversed.sections[0].end + 1;

    CHECK(records::encode_body(broken).error().code == Errc::unreadable_text);
    CHECK(records::encode_body(with_nul).error().code == Errc::unreadable_text);
    CHECK(records::encode_body(stray).error().code == Errc::out_of_range);
    CHECK(records::encode_body(reversed).error().code == Errc::out_of_range);
}

TEST_CASE("record body: lists beyond their bound are refused", "[records]") {
    auto body = sample_body();
    body.fields.assign(wire::fields_max, {1, "any"});
    CHECK(records::encode_body(body).has_value());

    body.fields.push_back({1, "any"});

    CHECK(records::encode_body(body).error().code == Errc::too_large);
}

TEST_CASE("record body: the commitment depends on every byte and on the salt", "[records]") {
    const staffroom::Salt salt(staffroom::Salt::Raw{1});
    const staffroom::Salt other(staffroom::Salt::Raw{2});
    const Bytes encoded{1, 2, 3};
    const Bytes changed{1, 2, 4};

    CHECK(records::commitment(salt, encoded) == records::commitment(salt, encoded));
    CHECK(records::commitment(salt, encoded) != records::commitment(salt, changed));
    CHECK(records::commitment(salt, encoded) != records::commitment(other, encoded));
}

TEST_CASE("school profile: what is encoded comes back equal", "[wire]") {
    const wire::Profile profile{"Oakhill", "Leeds", {{"urn", "990001"}}};

    const auto bytes = wire::encode_profile(profile);

    REQUIRE(bytes.has_value());
    CHECK(wire::decode_profile(*bytes).value() == profile);
    CHECK(wire::decode_profile(Bytes{0xFF}).error().code == Errc::malformed);
    CHECK(wire::encode_profile({std::string(401, 'n'), "", {}}).error().code == Errc::too_large);
}

TEST_CASE("record body: a title is read without what stands behind it", "[records]") {
    auto body = sample_body();
    const auto title_of = [](const records::EncodedBody& encoded) {
        return records::decode_title(static_cast<std::uint64_t>(encoded.codec), *encoded.encoded);
    };
    CHECK(title_of(*records::encode_body(body)) == body.title);
    // All in one block of the frame, and in several.
    for (const std::size_t words : {std::size_t{1'000}, std::size_t{50'000}}) {
        body.text.clear();
        for (std::size_t i = 0; i < words; ++i)
            body.text += "wort ";
        const auto encoded = *records::encode_body(body);
        CHECK(encoded.codec == records::BodyCodec::zstd_dictionary_1);
        CHECK(title_of(encoded) == body.title);
        // Whatever is wrong behind the beginning is not looked at.
        const auto beginning = records::decompress_beginning(
            static_cast<std::uint64_t>(encoded.codec), *encoded.encoded, 40
        );
        REQUIRE(beginning);
        CHECK(beginning->size() == 40);
    }
    body = sample_body();
    body.title.clear();
    CHECK(title_of(*records::encode_body(body)) == std::string());
    body.title.clear();
    for (std::size_t i = 0; i < records::title_bytes_max; ++i)
        body.title += "\xE2\x82\xAC";
    const auto cut = title_of(*records::encode_body(body));
    REQUIRE(cut);
    CHECK(cut->size() == records::title_bytes_max / 3 * 3);
    CHECK(body.title.starts_with(*cut));

    CHECK(records::decode_title(0, Bytes{}) == std::string());
    CHECK(records::decode_title(0, Bytes{0x0A}).error().code == Errc::malformed);
    CHECK(records::decode_title(0, Bytes{0x0A, 5, 'a'}).error().code == Errc::malformed);
    CHECK(records::decode_title(0, Bytes{0x0A, 1, 0xFF}).error().code == Errc::unreadable_text);
    CHECK(records::decode_title(0, Bytes(12, 0xFF)) == std::string());
    Bytes endless(20, 0xFF);
    endless[0] = 0x0A;
    CHECK(records::decode_title(0, endless).error().code == Errc::malformed);
    CHECK(records::decode_title(2, Bytes{1, 2, 3}).error().code == Errc::corrupt);
    CHECK(records::decode_title(99, Bytes{1}).error().code == Errc::unknown_value);
}
