#include "protocol/base/text.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <vector>

namespace staffroom {
namespace {

constexpr std::string_view base32_alphabet = "abcdefghijklmnopqrstuvwxyz234567";

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/// Length of the well-formed UTF-8 sequence at the start of `text` (RFC 3629 section 4), 0 if there
/// is none.
std::size_t utf8_sequence_bytes(ByteView text) {
    const auto in = [&](std::size_t at, unsigned low, unsigned high) {
        return at < text.size() && text[at] >= low && text[at] <= high;
    };
    const unsigned lead = text[0];
    if (lead <= 0x7f)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return in(1, 0x80, 0xbf) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
        const unsigned high = lead == 0xed ? 0x9f : 0xbf;
        return in(1, low, high) && in(2, 0x80, 0xbf) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
        return in(1, low, high) && in(2, 0x80, 0xbf) && in(3, 0x80, 0xbf) ? 4 : 0;
    }
    return 0;
}

} // namespace

std::string to_hex(ByteView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 15U]);
    }
    return text;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0)
        return fail(Errc::malformed, "odd number of hex digits");
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0)
            return fail(Errc::malformed, "not a hex digit");
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return bytes;
}

std::string to_base32(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() * 8 + 4) / 5);
    unsigned buffer = 0;
    unsigned bits = 0;
    for (const std::uint8_t byte : bytes) {
        buffer = ((buffer << 8U) | byte) & 0xfffU;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            text.push_back(base32_alphabet[(buffer >> bits) & 31U]);
        }
    }
    if (bits > 0)
        text.push_back(base32_alphabet[(buffer << (5 - bits)) & 31U]);
    return text;
}

Result<Bytes> from_base32(std::string_view text) {
    Bytes bytes;
    bytes.reserve(text.size() * 5 / 8);
    unsigned buffer = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const auto value = base32_alphabet.find(c);
        if (value == std::string_view::npos)
            return fail(Errc::malformed, "not a base-32 character");
        buffer = ((buffer << 5U) | static_cast<unsigned>(value)) & 0xfffU;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>((buffer >> bits) & 0xffU));
        }
    }
    if (bits >= 5 || (buffer & ((1U << bits) - 1U)) != 0)
        return fail(Errc::malformed, "leftover base-32 bits");
    return bytes;
}

std::optional<std::size_t> first_unreadable_byte(std::string_view text) {
    const ByteView bytes = as_view(text);
    std::size_t at = 0;
    while (at < bytes.size()) {
        // Most bytes of most texts are ASCII: eight at a time, none of them zero or above 127.
        constexpr std::uint64_t ones = 0x0101010101010101U;
        std::uint64_t eight = 0;
        while (at + sizeof eight <= bytes.size()) {
            std::memcpy(&eight, bytes.data() + at, sizeof eight);
            if (((eight | (eight - ones)) & (ones << 7U)) != 0)
                break;
            at += sizeof eight;
        }
        if (at == bytes.size())
            break;
        const std::size_t length = bytes[at] == 0 ? 0 : utf8_sequence_bytes(bytes.subspan(at));
        if (length == 0)
            return at;
        at += length;
    }
    return std::nullopt;
}

std::size_t edits_between(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1); // of the table, for the letters read so far
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t changed = diagonal + (one[i] == other[j] ? 0U : 1U);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

} // namespace staffroom
