#include "protocol/network/invitation.hpp"

#include "protocol/crypto/hash.hpp"
#include "protocol/crypto/password.hpp"

namespace staffroom::network {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t data_symbols = invitation_symbols - 1;
constexpr std::size_t group_symbols = 4;
constexpr unsigned symbol_mask = 0x1F;

// Part of the format: another salt gives other keys. The code itself is random, so one salt serves
// all.
constexpr std::string_view stretch_salt = "sr.invitation.01";
static_assert(stretch_salt.size() == crypto::stretch_salt_bytes);

/// a * x in GF(32).
constexpr unsigned times_x(unsigned value) {
    constexpr unsigned polynomial = 0b100101;
    const unsigned shifted = value << 1U;
    return (shifted & 0x20U) != 0 ? shifted ^ polynomial : shifted;
}

/// The sum that is 0 for a valid code, by Horner's rule: a * (s[0] + a * (s[1] + ...)) + s[15].
constexpr unsigned checksum(ByteView symbols) {
    unsigned sum = 0;
    for (std::size_t i = data_symbols; i-- > 0;)
        sum = times_x(sum ^ symbols[i]);
    return sum ^ symbols[data_symbols];
}

/// Nothing for a character that is no symbol.
std::optional<std::uint8_t> symbol_value(char c) {
    if (c >= 'a' && c <= 'z')
        c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const std::size_t place = alphabet.find(c);
    if (place == std::string_view::npos)
        return std::nullopt;
    return static_cast<std::uint8_t>(place);
}

/// One character as it was typed: what it stands for in a code, and its bytes.
struct Typed {
    char symbol;
    std::size_t bytes;
};

/// Word processors and messengers write dashes, spaces and full-width letters for what was typed.
/// '?' for what no code contains.
Typed typed_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    if (byte(0) < 0x80)
        return {text[at], 1};
    if (byte(0) == 0xC2 && (byte(1) == 0xA0 || byte(1) == 0xAD)) // no-break space, soft hyphen
        return {' ', 2};
    const unsigned point =
        ((byte(0) & 0x0FU) << 12U) | ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);
    const bool is_three_bytes =
        (byte(0) & 0xF0U) == 0xE0 && (byte(1) & 0xC0U) == 0x80 && (byte(2) & 0xC0U) == 0x80;
    if (!is_three_bytes)
        return {'?', 1};
    const auto within = [&](unsigned first, unsigned last) {
        return point >= first && point <= last;
    };
    if (within(0xFF01, 0xFF5E)) // full width
        return {static_cast<char>(point - 0xFF01 + '!'), 3};
    const bool is_dash = within(0x2010, 0x2015) || point == 0x2212 || point == 0xFE58 ||
                         point == 0xFE63 || point == 0x30FC;
    const bool is_space = within(0x2000, 0x200F) || within(0x202A, 0x202F) || point == 0x205F ||
                          within(0x2060, 0x2069) || point == 0x3000 || point == 0xFEFF;
    if (is_dash)
        return {'-', 3};
    return {is_space ? ' ' : '?', 3};
}

} // namespace

InvitationCode::InvitationCode(crypto::Secret<invitation_symbols> symbols)
    : symbols_(std::move(symbols)) {}

InvitationCode InvitationCode::make(Random& random) {
    crypto::Secret<invitation_symbols> symbols;
    const auto raw = symbols.writable();
    random.fill(raw);
    for (std::uint8_t& symbol : raw)
        symbol = static_cast<std::uint8_t>(symbol & symbol_mask);
    raw[data_symbols] = 0;
    raw[data_symbols] = static_cast<std::uint8_t>(checksum(raw));
    return InvitationCode(std::move(symbols));
}

Result<InvitationCode> InvitationCode::parse(std::string_view text) {
    crypto::Secret<invitation_symbols> symbols;
    const auto raw = symbols.writable();
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Typed typed = typed_at(text, at);
        at += typed.bytes;
        const char c = typed.symbol;
        if (c == ' ' || c == '-' || c == '\t' || c == '\n' || c == '\r')
            continue;
        const auto value = symbol_value(c);
        if (!value)
            return fail(Errc::malformed, "a character that no code contains");
        if (count == invitation_symbols)
            return fail(Errc::malformed, "more than 16 symbols");
        raw[count++] = *value;
    }
    if (count != invitation_symbols)
        return fail(Errc::malformed, std::to_string(count) + " symbols instead of 16");
    if (checksum(raw) != 0)
        return fail(Errc::bad_checksum, "check symbol of the code");
    return InvitationCode(std::move(symbols));
}

std::string InvitationCode::text() const {
    std::string out;
    for (std::size_t i = 0; i < invitation_symbols; ++i) {
        if (i != 0 && i % group_symbols == 0)
            out += '-';
        out += alphabet[symbols()[i]];
    }
    return out;
}

Bytes invitation_statement(const NetworkId& network, const SchoolId& inviter) {
    Bytes statement = to_bytes(network.view());
    append(statement, inviter.view());
    return statement;
}

Result<InvitationKeys> derive_keys(const InvitationCode& code) {
    auto seed = crypto::stretch(code.symbols(), as_view(stretch_salt));
    if (!seed)
        return fail(seed.error());
    const auto derive = [&](crypto::HashLabel label) {
        crypto::Secret32 key;
        crypto::Hasher(label).update(seed->view()).finish_into(key.writable());
        return key;
    };
    return InvitationKeys{
        derive(crypto::HashLabel::invitation_psk),
        crypto::SigningKey(derive(crypto::HashLabel::invitation_admit))};
}

} // namespace staffroom::network
