// 847 byte strings that a fuzzer found against another decoder of protobuf, given to every decoder
// of ours. They are of another schema: each only has to be answered, and soon.
#include "protocol/identity/chain.hpp"
#include "protocol/identity/chain_events.hpp"
#include "protocol/log/entry.hpp"
#include "protocol/log/head.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/notice.hpp"
#include "protocol/network/operations.hpp"
#include "protocol/wire/codec_link.hpp"
#include "protocol/wire/codec_records.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <chrono>

namespace identity = staffroom::identity;
namespace network = staffroom::network;
namespace slog = staffroom::log;
namespace tests = staffroom::tests;
namespace wire = staffroom::wire;
using staffroom::Bytes;
using staffroom::ByteView;

namespace {

std::vector<Bytes> corpus() {
    std::vector<Bytes> strings;
    const auto vectors = tests::load_vectors("protobuf-corpus.json");
    for (const auto& vector : vectors.as_array())
        strings.push_back(tests::base64_field(vector, "base64"));
    return strings;
}

/// How many decoders of signed things took the bytes for theirs.
std::size_t decode_signed(ByteView bytes, staffroom::crypto::Verifier& verifier) {
    const staffroom::Signature signature(staffroom::Signature::Raw{});
    std::size_t taken = 0;
    taken += slog::parse_header(bytes) ? 1U : 0U;
    taken += slog::parse_head(bytes, signature) ? 1U : 0U;
    taken += network::parse_operation(bytes) ? 1U : 0U;
    taken += network::parse_genesis(bytes) ? 1U : 0U;
    taken += network::parse_notice(bytes, signature) ? 1U : 0U;
    taken += identity::decode_inception(bytes) ? 1U : 0U;
    taken += identity::decode_chain_event(bytes) ? 1U : 0U;
    taken += identity::IdentityChain::parse(bytes, verifier) ? 1U : 0U;
    return taken;
}

/// How many types of message the bytes were taken for; each of those is written and read again.
std::size_t decode_messages(ByteView bytes) {
    Bytes message(1 + bytes.size());
    std::copy(bytes.begin(), bytes.end(), message.begin() + 1);
    std::size_t taken = 0;
    for (unsigned type = 0; type < 256; ++type) {
        message[0] = static_cast<std::uint8_t>(type);
        const auto decoded = wire::decode_message(message);
        if (!decoded)
            continue;
        ++taken;
        CHECK(wire::decode_message(wire::encode_message(*decoded)).has_value());
    }
    return taken;
}

} // namespace

TEST_CASE("protobuf corpus: every string is answered by every decoder", "[protobuf-corpus]") {
    const auto strings = corpus();
    REQUIRE(strings.size() == 847);
    staffroom::crypto::SodiumVerifier verifier;
    std::size_t messages = 0;
    for (std::size_t i = 0; i < strings.size(); ++i) {
        INFO("string " << i);
        // Their schema has no signed thing of ours, which starts with a version and an id.
        CHECK(decode_signed(strings[i], verifier) == 0);
        messages += decode_messages(strings[i]);
        (void)wire::decode_record_body(strings[i]);
        (void)wire::decode_profile(strings[i]);
        (void)network::decode_addresses(strings[i]);
    }
    CHECK(
        messages >= strings.size()
    ); // "who are you" has no content: whatever follows is passed over
}

TEST_CASE("protobuf corpus: no answer takes longer than a blink", "[protobuf-corpus]") {
    // Generous against a busy machine; what it must catch takes seconds or for ever.
    constexpr std::chrono::seconds far_too_long{2};
    staffroom::crypto::SodiumVerifier verifier;
    for (const Bytes& string : corpus()) {
        const auto before = std::chrono::steady_clock::now();
        (void)decode_signed(string, verifier);
        (void)decode_messages(string);
        CHECK(std::chrono::steady_clock::now() - before < far_too_long);
    }
}
