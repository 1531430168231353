#include "node/services/text/outside_name.hpp"

#include "protocol/base/text.hpp"

#include <array>
#include <optional>

namespace staffroom::services {
namespace {

constexpr std::string_view uuid_prefix = "urn:uuid:";
constexpr std::array<std::string_view, 2> older_prefixes{"urn:staffroom:", "staffroom:"};
constexpr std::size_t uuid_bytes = 16;
constexpr std::size_t uuid_characters = 36;
/// The characters of base 32 that 122 bits fill.
constexpr std::size_t whole_characters = 24;

using Uuid = std::array<std::uint8_t, uuid_bytes>;

/// Returns the place of bit `n` of a UUID's custom bits, in order: 48, then 12 after the version,
/// 62 after the variant.
constexpr std::size_t place_of_bit(std::size_t n) {
    return n < 48 ? n : n < 60 ? n + 4 : n + 6;
}
constexpr std::size_t custom_bits = 122;

bool bit_at(ByteView bytes, std::size_t place) {
    return ((bytes[place / 8] >> (7 - place % 8)) & 1U) != 0;
}

void set_bit(std::span<std::uint8_t> bytes, std::size_t place) {
    bytes[place / 8] = static_cast<std::uint8_t>(bytes[place / 8] | (0x80U >> (place % 8)));
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    const char small = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (small >= 'a' && small <= 'f')
        return static_cast<unsigned>(small - 'a') + 10;
    return std::nullopt;
}

/// Parses a UUID; nothing for a text that is no UUID of version 8.
std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != uuid_characters)
        return std::nullopt;
    Uuid uuid{};
    std::size_t digits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (is_dash != (text[at] == '-'))
            return std::nullopt;
        if (is_dash)
            continue;
        const auto digit = hex_digit(text[at]);
        if (!digit)
            return std::nullopt;
        uuid[digits / 2] = static_cast<std::uint8_t>(uuid[digits / 2] << 4U | *digit);
        ++digits;
    }
    const bool is_ours = uuid[6] >> 4U == 8 && uuid[8] >> 6U == 2;
    return is_ours ? std::optional(uuid) : std::nullopt;
}

} // namespace

std::string outside_name(const RevisionId& id) {
    Uuid uuid{};
    for (std::size_t n = 0; n < custom_bits; ++n)
        if (bit_at(id.view(), n))
            set_bit(uuid, place_of_bit(n));
    uuid[6] = static_cast<std::uint8_t>(uuid[6] | 0x80U); // version 8
    uuid[8] = static_cast<std::uint8_t>(uuid[8] | 0x80U); // variant 10
    std::string text = to_hex(uuid);
    for (const std::size_t dash : {8U, 13U, 18U, 23U})
        text.insert(dash, 1, '-');
    return std::string(uuid_prefix) + text;
}

std::string named_id(std::string_view text) {
    for (const std::string_view prefix : older_prefixes)
        if (text.starts_with(prefix))
            return std::string(text.substr(prefix.size()));
    if (!text.starts_with(uuid_prefix))
        return std::string(text);
    const auto uuid = parse_uuid(text.substr(uuid_prefix.size()));
    if (!uuid)
        return std::string(text);
    std::array<std::uint8_t, RevisionId::size_bytes> begun{};
    for (std::size_t n = 0; n < custom_bits; ++n)
        if (bit_at(*uuid, place_of_bit(n)))
            set_bit(begun, n);
    return to_base32(ByteView(begun)).substr(0, whole_characters);
}

} // namespace staffroom::services
