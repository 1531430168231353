#include "protocol/identity/phrase.hpp"

#include "protocol/base/ensure.hpp"
#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"
#include "protocol/crypto/key_derivation.hpp"

#include <algorithm>
#include <array>

namespace staffroom::identity {
namespace {

constexpr std::size_t word_count = 2048;
constexpr std::size_t word_bits = 11;
constexpr std::size_t words_max = 24;
constexpr std::size_t prefix_letters =
    4; // no two words of the list agree in their first four letters
constexpr std::size_t word_letters_max = 8;
constexpr std::uint32_t seed_rounds = 2048;

// clang-format off
constexpr std::array<std::string_view, word_count> words{
#include "protocol/identity/bip39_words.inc"
};
// clang-format on

static_assert(!words.back().empty(), "the list has all its words");
static_assert(std::ranges::is_sorted(words));

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Lowers ASCII letters only: the list has no others, and the locale must not matter.
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Splits a phrase into words in lower case; stops one word beyond the most that a phrase can have.
std::vector<std::string> split_words(std::string_view phrase) {
    std::vector<std::string> found;
    bool inside = false;
    for (const char c : phrase) {
        if (is_space(c)) {
            inside = false;
            continue;
        }
        if (!inside) {
            if (found.size() > words_max)
                break;
            found.emplace_back();
        }
        inside = true;
        found.back().push_back(lower(c));
    }
    return found;
}

/// Finds the exact word, or the only one that begins with `text` if `text` has at least four
/// letters.
std::optional<std::size_t> position_of(std::string_view text) {
    const auto* at = std::ranges::lower_bound(words, text);
    if (at == words.end())
        return std::nullopt;
    const bool is_prefix = text.size() >= prefix_letters && at->starts_with(text);
    if (*at != text && !is_prefix)
        return std::nullopt;
    return static_cast<std::size_t>(at - words.begin());
}

std::string_view nearest_word(std::string_view text) {
    // Letters far beyond the longest word cannot bring any word nearer.
    const std::string_view start = text.substr(0, 2 * word_letters_max);
    return *std::ranges::min_element(words, {}, [start](std::string_view candidate) {
        return edits_between(start, candidate);
    });
}

bool is_entropy_size(std::size_t bytes) {
    return bytes >= 16 && bytes <= 32 && bytes % 4 == 0;
}

/// Appends the checksum to the entropy: the first byte of its SHA-256, of which one bit counts per
/// four bytes.
Bytes with_checksum(ByteView entropy) {
    Bytes bytes = to_bytes(entropy);
    bytes.push_back(crypto::sha256(entropy).raw()[0]);
    return bytes;
}

/// Returns the number in the 11 bits of the word at `place`.
std::size_t word_number(ByteView bits, std::size_t place) {
    std::size_t number = 0;
    for (std::size_t bit = place * word_bits; bit < (place + 1) * word_bits; ++bit)
        number = number * 2 + ((bits[bit / 8] >> (7 - bit % 8)) & 1U);
    return number;
}

} // namespace

Result<std::vector<std::string>> phrase_from_entropy(ByteView entropy) {
    if (!is_entropy_size(entropy.size()))
        return fail(Errc::out_of_range, "entropy of a phrase is 16, 20, 24, 28 or 32 bytes");
    const Bytes bits = with_checksum(entropy);
    std::vector<std::string> phrase;
    for (std::size_t place = 0; place < entropy.size() * 3 / 4; ++place)
        phrase.emplace_back(words[word_number(bits, place)]);
    return phrase;
}

Result<Bytes> entropy_from_phrase(std::string_view phrase) {
    const std::vector<std::string> texts = split_words(phrase);
    const std::size_t entropy_bytes = texts.size() / 3 * 4;
    if (texts.size() % 3 != 0 || !is_entropy_size(entropy_bytes))
        return fail(Errc::malformed, "a phrase has 12, 15, 18, 21 or 24 words");
    Bytes bits(entropy_bytes + 1, 0);
    for (std::size_t place = 0; place < texts.size(); ++place) {
        const auto number = position_of(texts[place]);
        if (!number) {
            std::string detail =
                "word " + std::to_string(place + 1) + " is not in the list; near: ";
            detail += nearest_word(texts[place]);
            return fail(Errc::unknown_value, std::move(detail));
        }
        for (std::size_t i = 0; i < word_bits; ++i) {
            const std::size_t bit = place * word_bits + i;
            const std::size_t value = (*number >> (word_bits - 1 - i)) & 1U;
            bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | (value << (7 - bit % 8)));
        }
    }
    const std::uint8_t checksum = bits.back();
    bits.pop_back();
    const auto unused_bits = static_cast<unsigned>(8 - entropy_bytes / 4);
    const unsigned expected = with_checksum(bits).back();
    if ((expected >> unused_bits) != (static_cast<unsigned>(checksum) >> unused_bits))
        return fail(Errc::bad_checksum, "every word is in the list, but one is not the right one");
    return bits;
}

crypto::Secret<64>
seed_from_phrase(const std::vector<std::string>& phrase, std::string_view passphrase) {
    std::string password;
    for (const std::string& each : phrase) {
        if (!password.empty())
            password.push_back(' ');
        password += each;
    }
    // BIP-39 wants both in Unicode form NFKD; the list is ASCII, and so is every passphrase that we
    // pass.
    std::string salt = "mnemonic";
    salt += passphrase;
    crypto::Secret<64> seed;
    crypto::pbkdf2_hmac_sha512(as_view(password), as_view(salt), seed_rounds, seed.writable());
    sodium_memzero(password.data(), password.size());
    return seed;
}

crypto::SigningKey root_key(const crypto::Secret<64>& seed, std::uint32_t generation) {
    crypto::Secret32 key_seed;
    crypto::Hasher(crypto::HashLabel::root_key, seed.view())
        .update_u64(generation)
        .finish_into(key_seed.writable());
    return crypto::SigningKey(key_seed);
}

std::string_view word(std::size_t position) {
    ensure(position < word_count);
    return words[position];
}

} // namespace staffroom::identity
