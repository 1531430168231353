// Every published Noise vector for 25519_ChaChaPoly_SHA256: both sides, each message and, where it
// is given, the hash.
#include "protocol/channel/handshake.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using staffroom::Bytes;
using staffroom::TransportPublicKey;
namespace channel = staffroom::channel;
namespace tests = staffroom::tests;

namespace {

constexpr std::string_view name_start = "Noise_";
constexpr std::string_view name_end = "_25519_ChaChaPoly_SHA256";

/// Gives the vector's ephemeral key where a handshake asks for a random one.
class FixedKey final : public staffroom::Random {
public:
    explicit FixedKey(Bytes key)
        : key_(std::move(key)) {}
    void fill(std::span<std::uint8_t> out) override {
        REQUIRE(out.size() == key_.size());
        std::ranges::copy(key_, out.begin());
    }

private:
    Bytes key_;
};

struct Side {
    channel::Handshake handshake;
    FixedKey random;
};

std::string pattern_of(const boost::json::value& vector) {
    const auto name = tests::text_field(vector, "protocol_name");
    REQUIRE(name.starts_with(name_start));
    REQUIRE(name.ends_with(name_end));
    return name.substr(name_start.size(), name.size() - name_start.size() - name_end.size());
}

bool is_one_way(const std::string& pattern) {
    const auto base = pattern.substr(0, pattern.find("psk"));
    return base == "N" || base == "K" || base == "X";
}

Bytes optional_hex(const boost::json::value& vector, const std::string& name) {
    return tests::has_field(vector, name) ? tests::hex_field(vector, name) : Bytes{};
}

Side make_side(const boost::json::value& vector, channel::Role role) {
    const std::string prefix = role == channel::Role::initiator ? "init_" : "resp_";
    channel::HandshakeConfig config{
        .pattern = pattern_of(vector),
        .role = role,
        .prologue = tests::hex_field(vector, prefix + "prologue"),
        .own_static = std::nullopt,
        .remote_static = TransportPublicKey::from(optional_hex(vector, prefix + "remote_static")),
        .psks = {},
    };
    const auto own = channel::Psk::from(optional_hex(vector, prefix + "static"));
    if (own)
        config.own_static = channel::TransportKeyPair::from_secret(*own);
    if (tests::has_field(vector, prefix + "psks")) {
        for (const auto& text : vector.at(prefix + "psks").as_array()) {
            auto psk = channel::Psk::from(tests::bytes_from_hex(text.as_string()));
            REQUIRE(psk);
            config.psks.push_back(std::move(*psk));
        }
    }
    auto handshake = channel::Handshake::start(std::move(config));
    REQUIRE(handshake);
    return {std::move(*handshake), FixedKey(optional_hex(vector, prefix + "ephemeral"))};
}

/// Runs the handshake messages; returns how many there were.
std::size_t run_handshake(const boost::json::array& messages, Side& initiator, Side& responder) {
    std::size_t count = 0;
    while (!initiator.handshake.is_settled()) {
        Side& writer = count % 2 == 0 ? initiator : responder;
        Side& reader = count % 2 == 0 ? responder : initiator;
        INFO("handshake message " << count);
        REQUIRE(count < messages.size());
        REQUIRE(writer.handshake.is_my_turn());
        REQUIRE_FALSE(reader.handshake.is_my_turn());
        const auto payload = tests::hex_field(messages[count], "payload");

        const auto written = writer.handshake.write(payload, writer.random);
        REQUIRE(written);
        CHECK(*written == tests::hex_field(messages[count], "ciphertext"));
        const auto read = reader.handshake.read(*written);
        REQUIRE(read);
        CHECK(*read == payload);
        ++count;
    }
    REQUIRE(responder.handshake.is_settled());
    return count;
}

void run_transport(
    const boost::json::array& messages,
    std::size_t first,
    bool one_way,
    Side& initiator,
    Side& responder
) {
    auto from_initiator = initiator.handshake.split();
    auto from_responder = responder.handshake.split();
    for (std::size_t i = first; i < messages.size(); ++i) {
        INFO("transport message " << i);
        const bool initiator_writes = one_way || i % 2 == 0;
        auto& writer = initiator_writes ? from_initiator : from_responder;
        auto& reader = initiator_writes ? from_responder : from_initiator;
        const auto payload = tests::hex_field(messages[i], "payload");

        Bytes sealed;
        writer.seal(payload, sealed);
        CHECK(sealed == tests::hex_field(messages[i], "ciphertext"));
        Bytes opened;
        REQUIRE(reader.open(sealed, opened));
        CHECK(opened == payload);
    }
}

void run_vector(const boost::json::value& vector) {
    const auto pattern = pattern_of(vector);
    auto initiator = make_side(vector, channel::Role::initiator);
    auto responder = make_side(vector, channel::Role::responder);
    const auto& messages = vector.at("messages").as_array();

    const std::size_t handshake_count = run_handshake(messages, initiator, responder);

    const auto hash = initiator.handshake.handshake_hash();
    CHECK(hash == responder.handshake.handshake_hash());
    if (tests::has_field(vector, "handshake_hash"))
        CHECK(staffroom::to_bytes(hash.view()) == tests::hex_field(vector, "handshake_hash"));
    REQUIRE(handshake_count < messages.size());
    run_transport(messages, handshake_count, is_one_way(pattern), initiator, responder);
}

void run_file(std::string_view file) {
    const auto vectors = tests::load_vectors(file);
    const auto& list = vectors.at("vectors").as_array();
    std::size_t run = 0;
    for (const auto& vector : list) {
        INFO(tests::text_field(vector, "protocol_name"));
        run_vector(vector);
        ++run;
    }
    REQUIRE(run == list.size());
    REQUIRE(run > 0);
}

} // namespace

TEST_CASE(
    "noise: cacophony's handshakes and transport messages are met byte for byte",
    "[noise-cacophony-25519-chachapoly-sha256]"
) {
    run_file("noise-cacophony-25519-chachapoly-sha256.json");
}

TEST_CASE(
    "noise: snow's handshakes and transport messages are met byte for byte",
    "[noise-snow-25519-chachapoly-sha256]"
) {
    run_file("noise-snow-25519-chachapoly-sha256.json");
}

TEST_CASE(
    "noise: every pattern in the table is covered by a published vector",
    "[noise-cacophony-25519-chachapoly-sha256][noise-snow-25519-chachapoly-sha256]"
) {
    std::set<std::string> covered;
    for (const auto file :
         {std::string_view("noise-cacophony-25519-chachapoly-sha256.json"),
          std::string_view("noise-snow-25519-chachapoly-sha256.json")}) {
        const auto vectors = tests::load_vectors(file);
        for (const auto& vector : vectors.at("vectors").as_array()) {
            const auto pattern = pattern_of(vector);
            covered.insert(pattern.substr(0, pattern.find("psk")));
        }
    }
    for (const auto name : channel::known_patterns()) {
        INFO(name);
        CHECK(covered.contains(std::string(name)));
    }
}
