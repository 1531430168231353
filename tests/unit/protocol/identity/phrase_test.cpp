#include "protocol/base/text.hpp"
#include "protocol/identity/phrase.hpp"
#include "tests/support/seeded_random.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using staffroom::Bytes;
using staffroom::Errc;
using staffroom::tests::SeededRandom;
namespace identity = staffroom::identity;

namespace {

Bytes random_entropy(std::uint64_t seed, std::size_t count = 32) {
    SeededRandom random(seed);
    Bytes entropy(count);
    random.fill(entropy);
    return entropy;
}

std::string joined(const std::vector<std::string>& words, std::string_view between = " ") {
    std::string text;
    for (const std::string& word : words) {
        if (!text.empty())
            text += between;
        text += word;
    }
    return text;
}

std::vector<std::string> words_of(const Bytes& entropy) {
    auto words = identity::phrase_from_entropy(entropy);
    REQUIRE(words);
    return *words;
}

Errc code_of(const std::string& phrase) {
    const auto entropy = identity::entropy_from_phrase(phrase);
    REQUIRE_FALSE(entropy);
    return entropy.error().code;
}

void check_gives(const std::string& phrase, const Bytes& entropy) {
    const auto back = identity::entropy_from_phrase(phrase);
    REQUIRE(back);
    CHECK(*back == entropy);
}

} // namespace

TEST_CASE("phrase: entropy of each length comes back from its words", "[phrase]") {
    for (const std::size_t count : {16U, 20U, 24U, 28U, 32U}) {
        for (std::uint64_t seed = 0; seed < 50; ++seed) {
            const Bytes entropy = random_entropy(seed, count);

            const auto words = words_of(entropy);

            CHECK(words.size() == count * 3 / 4);
            check_gives(joined(words), entropy);
        }
    }
}

TEST_CASE("phrase: entropy of another length is out of range", "[phrase]") {
    for (const std::size_t count : {0U, 4U, 12U, 15U, 17U, 31U, 33U, 36U, 64U}) {
        const auto words = identity::phrase_from_entropy(Bytes(count, 1));
        REQUIRE_FALSE(words);
        CHECK(words.error().code == Errc::out_of_range);
    }
}

TEST_CASE("phrase: capitals, extra spaces and line breaks are forgiven", "[phrase]") {
    const Bytes entropy = random_entropy(1);
    const auto words = words_of(entropy);
    std::string capitals = joined(words);
    std::ranges::transform(capitals, capitals.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });

    check_gives(capitals, entropy);
    check_gives("  " + joined(words, "  \t") + "\r\n", entropy);
    check_gives(joined(words, "\n"), entropy);
}

TEST_CASE("phrase: four letters of each word, or more, are enough", "[phrase]") {
    const Bytes entropy = random_entropy(2);
    for (const std::size_t letters : {4U, 5U, 6U, 7U}) {
        auto words = words_of(entropy);
        for (std::string& word : words)
            word = word.substr(0, letters);
        check_gives(joined(words), entropy);
    }
}

TEST_CASE("phrase: every word is met by its first four letters and by itself", "[phrase]") {
    for (std::size_t position = 0; position < 2048; ++position) {
        const std::string word(identity::word(position));
        INFO(word);
        // Eleven bits at the start of the entropy are the first word, so a phrase can be made for
        // each.
        Bytes entropy(16, 0);
        entropy[0] = static_cast<std::uint8_t>(position >> 3U);
        entropy[1] = static_cast<std::uint8_t>((position & 7U) << 5U);
        auto words = words_of(entropy);
        REQUIRE(words[0] == word);

        words[0] = word.substr(0, 4);

        check_gives(joined(words), entropy);
    }
}

TEST_CASE("phrase: any other number of words is malformed", "[phrase]") {
    for (std::size_t count = 0; count <= 40; ++count) {
        const bool is_a_phrase = count >= 12 && count <= 24 && count % 3 == 0;
        if (!is_a_phrase)
            CHECK(code_of(joined(std::vector<std::string>(count, "zoo"))) == Errc::malformed);
    }
}

TEST_CASE("phrase: a word outside the list is named by its place, with the nearest", "[phrase]") {
    auto words = words_of(Bytes(32, 0));
    words[6] = "teachre";

    const auto refused = identity::entropy_from_phrase(joined(words));

    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unknown_value);
    CHECK(refused.error().detail.find("word 7 ") != std::string::npos);
    CHECK(refused.error().detail.find("teach") != std::string::npos);
    // What was typed may be a secret word misspelt, so it is not repeated.
    CHECK(refused.error().detail.find("teachre") == std::string::npos);
}

TEST_CASE("phrase: what only resembles a word is an unknown value", "[phrase]") {
    // Three letters of a longer word; a word with more behind it; beyond the last word; not ASCII;
    // very long.
    for (const std::string& wrong :
         {std::string("aba"),
          std::string("abandonx"),
          std::string("zzzz"),
          std::string("caf\xc3\xa9"),
          std::string("a-b"),
          std::string(100000, 'a')}) {
        auto words = words_of(Bytes(32, 0));
        words[0] = wrong;
        CHECK(code_of(joined(words)) == Errc::unknown_value);
    }
}

TEST_CASE("phrase: swapped words are nearly always a bad checksum", "[phrase]") {
    std::size_t refused = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        auto words = words_of(random_entropy(seed));
        std::swap(words[3], words[4]);
        const auto entropy = identity::entropy_from_phrase(joined(words));
        if (!entropy) {
            CHECK(entropy.error().code == Errc::bad_checksum);
            ++refused;
        }
    }
    CHECK(refused >= 97); // eight bits of checksum let one in 256 pass
}

TEST_CASE("phrase: exactly eight last words fit 23 given ones", "[phrase]") {
    auto words = words_of(random_entropy(3));
    std::size_t fitting = 0;
    for (std::size_t position = 0; position < 2048; ++position) {
        words.back() = identity::word(position);
        fitting += identity::entropy_from_phrase(joined(words)) ? 1U : 0U;
    }
    CHECK(fitting == 8);
}

TEST_CASE("phrase: every word of the list differs from the others in four letters", "[phrase]") {
    std::set<std::string_view> starts;
    for (std::size_t position = 0; position < 2048; ++position)
        starts.insert(identity::word(position).substr(0, 4));
    CHECK(starts.size() == 2048);
}

TEST_CASE("root key: phrase and generation give it, a passphrase gives another", "[phrase]") {
    const auto words = words_of(random_entropy(4));
    const auto seed = identity::seed_from_phrase(words, "");
    const auto other_seed = identity::seed_from_phrase(words, "x");

    const auto first = identity::root_key(seed, 0);
    const auto next = identity::root_key(seed, 1);

    CHECK(first.public_key() == identity::root_key(seed, 0).public_key());
    CHECK(first.public_key() != next.public_key());
    CHECK(first.public_key() != identity::root_key(other_seed, 0).public_key());
}

TEST_CASE("root key: the keys of a known phrase stay as they are", "[phrase]") {
    const auto seed = identity::seed_from_phrase(words_of(Bytes(32, 0)), "");
    CHECK(
        staffroom::to_hex(identity::root_key(seed, 0).public_key().view()) ==
        "ff532d7172b160e73c1403ed563539672cdae37d62060da9eba1938bb3d3a610"
    );
    CHECK(
        staffroom::to_hex(identity::root_key(seed, 1).public_key().view()) ==
        "d2e14cd7bf2b1dee5ef85ac0a25ccb17de9adac722c3d2efefff07ba6ff63ebd"
    );
}
