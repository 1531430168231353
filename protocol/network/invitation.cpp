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
    for (const char c : text) {
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
