// The types of messages of a link: which bytes this version knows, and what follows them.
#include "protocol/wire/codec_link.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::Errc;
using staffroom::tests::SeededRandom;

namespace {

/// Returns the bytes of all types that this version knows.
Bytes known_types() {
    Bytes known;
    for (unsigned type = 0; type < 256; ++type) {
        const auto decoded = wire::decode_message(Bytes{static_cast<std::uint8_t>(type)});
        if (decoded || decoded.error().code != Errc::unknown_value)
            known.push_back(static_cast<std::uint8_t>(type));
    }
    return known;
}

} // namespace

TEST_CASE("link message: random bytes behind every type are answered", "[wire]") {
    wire::keep_protobuf_quiet(); // of names that are no text
    SeededRandom random(4);
    const Bytes known = known_types();
    for (int round = 0; round < 20'000; ++round) {
        Bytes bytes(1 + random.below(80));
        random.fill(bytes);
        bytes[0] = known[random.below(known.size())];
        const auto decoded = wire::decode_message(bytes);
        if (decoded)
            CHECK(wire::decode_message(wire::encode_message(*decoded)).has_value());
    }
}

TEST_CASE("link message: a type that this version does not know is told apart", "[wire]") {
    CHECK(known_types().size() == std::variant_size_v<wire::Message>);
    for (const unsigned type : {0U, 18U, 127U, 255U}) {
        const Bytes bytes{static_cast<std::uint8_t>(type), 0x08, 0x01};
        CHECK(wire::decode_message(bytes).error().code == Errc::unknown_value);
    }
}
