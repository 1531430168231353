// The recovery phrase against the published BIP-39 vectors and word list.
#include "protocol/identity/phrase.hpp"
#include "tests/support/vectors.hpp"

#include <catch2/catch.hpp>

#include <sstream>

namespace identity = staffroom::identity;
namespace tests = staffroom::tests;

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

} // namespace

TEST_CASE(
    "bip39: entropy gives the published words, the words give it back and the seed",
    "[bip39-vectors]"
) {
    const auto vectors = tests::load_vectors("bip39-vectors.json");
    std::size_t run = 0;
    for (const auto& vector : vectors.as_array()) {
        const auto entropy = tests::hex_field(vector, "entropy");
        const auto mnemonic = tests::text_field(vector, "mnemonic");
        INFO(mnemonic);

        const auto words = identity::phrase_from_entropy(entropy);
        REQUIRE(words);
        CHECK(joined(*words) == mnemonic);
        const auto back = identity::entropy_from_phrase(mnemonic);
        REQUIRE(back);
        CHECK(*back == entropy);
        const auto seed = identity::seed_from_phrase(*words, "TREZOR");
        CHECK(
            staffroom::to_bytes(seed.view()) == tests::hex_field(vector, "seed_passphrase_TREZOR")
        );
        ++run;
    }
    REQUIRE(run == vectors.as_array().size());
    REQUIRE(run > 0);
}

TEST_CASE("bip39: the built-in list is the published English one", "[bip39-english]") {
    std::istringstream lines(tests::load_vector_text("bip39-english.txt"));
    std::size_t position = 0;
    for (std::string line; std::getline(lines, line); ++position) {
        REQUIRE(position < 2048);
        CHECK(identity::word(position) == line);
    }
    REQUIRE(position == 2048);
}
