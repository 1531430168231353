#include "protocol/channel/pattern.hpp"

#include "protocol/base/ensure.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace staffroom::channel {
namespace {

enum class Known { none, initiator, responder, both };

struct Row {
    std::string_view name;
    Known known;
    /// Messages in turns, the initiator's first, divided by '|'.
    std::string_view messages;
};

/// Noise 7.4, 7.5 and appendix 18.1. A row stands here only if a published vector covers it.
constexpr std::array<Row, 34> rows{{
    {"N", Known::responder, "e es"},
    {"K", Known::both, "e es ss"},
    {"X", Known::responder, "e es s ss"},
    {"NN", Known::none, "e|e ee"},
    {"NK", Known::responder, "e es|e ee"},
    {"NX", Known::none, "e|e ee s es"},
    {"XN", Known::none, "e|e ee|s se"},
    {"XK", Known::responder, "e es|e ee|s se"},
    {"XX", Known::none, "e|e ee s es|s se"},
    {"KN", Known::initiator, "e|e ee se"},
    {"KK", Known::both, "e es ss|e ee se"},
    {"KX", Known::initiator, "e|e ee se s es"},
    {"IN", Known::none, "e s|e ee se"},
    {"IK", Known::responder, "e es s ss|e ee se"},
    {"IX", Known::none, "e s|e ee se s es"},
    {"NX1", Known::none, "e|e ee s|es"},
    {"X1N", Known::none, "e|e ee|s|se"},
    {"X1K", Known::responder, "e es|e ee|s|se"},
    {"XK1", Known::responder, "e|e ee es|s se"},
    {"X1K1", Known::responder, "e|e ee es|s|se"},
    {"X1X", Known::none, "e|e ee s es|s|se"},
    {"XX1", Known::none, "e|e ee s|es s se"},
    {"X1X1", Known::none, "e|e ee s|es s|se"},
    {"K1N", Known::initiator, "e|e ee|se"},
    {"K1K", Known::both, "e es|e ee|se"},
    {"KK1", Known::both, "e|e ee se es"},
    {"K1K1", Known::both, "e|e ee es|se"},
    {"K1X", Known::initiator, "e|e ee s es|se"},
    {"KX1", Known::initiator, "e|e ee se s|es"},
    {"K1X1", Known::initiator, "e|e ee s|se es"},
    {"I1K", Known::responder, "e es s|e ee|se"},
    {"IK1", Known::responder, "e s|e ee se es"},
    {"I1X", Known::none, "e s|e ee s es|se"},
    {"IX1", Known::none, "e s|e ee se s|es"},
}};

std::vector<std::string_view> parts_of(std::string_view text, char divider) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(divider);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<Token> token_of(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, Token>, 6> tokens{{
        {"e", Token::e},
        {"s", Token::s},
        {"ee", Token::ee},
        {"es", Token::es},
        {"se", Token::se},
        {"ss", Token::ss},
    }};
    for (const auto& [name, token] : tokens) {
        if (name == text)
            return token;
    }
    return std::nullopt;
}

Pattern pattern_of(const Row& row) {
    Pattern pattern{
        std::string(row.name),
        row.known == Known::initiator || row.known == Known::both,
        row.known == Known::responder || row.known == Known::both,
        {},
        0};
    for (const std::string_view message : parts_of(row.messages, '|')) {
        MessageTokens tokens;
        for (const std::string_view text : parts_of(message, ' ')) {
            const auto token = token_of(text);
            ensure(token.has_value());
            tokens.push_back(*token);
        }
        pattern.messages.push_back(std::move(tokens));
    }
    return pattern;
}

/// "psk0" stands at the beginning of the first message, "pskN" at the end of message N (Noise 9.4).
/// False when there is no such message.
bool insert_psk(Pattern& pattern, std::size_t number) {
    if (number > pattern.messages.size())
        return false;
    if (number == 0) {
        MessageTokens tokens{Token::psk};
        MessageTokens& first = pattern.messages.front();
        tokens.insert(tokens.end(), first.begin(), first.end());
        first = std::move(tokens);
    } else {
        pattern.messages[number - 1].push_back(Token::psk);
    }
    ++pattern.psk_count;
    return true;
}

bool insert_psks(Pattern& pattern, std::string_view modifiers) {
    constexpr std::string_view prefix = "psk";
    std::optional<std::size_t> last;
    for (const std::string_view modifier : parts_of(modifiers, '+')) {
        // One digit is enough: no pattern has ten messages.
        if (modifier.size() != prefix.size() + 1 || !modifier.starts_with(prefix))
            return false;
        const char digit = modifier.back();
        if (digit < '0' || digit > '9')
            return false;
        const auto number = static_cast<std::size_t>(digit - '0');
        if ((last && number <= *last) || !insert_psk(pattern, number))
            return false;
        last = number;
    }
    return true;
}

} // namespace

Result<Pattern> find_pattern(std::string_view name) {
    const std::size_t base_length = std::min(name.find("psk"), name.size());
    const std::string_view base = name.substr(0, base_length);
    const auto* row =
        std::ranges::find_if(rows, [base](const Row& candidate) { return candidate.name == base; });
    if (row == rows.end())
        return fail(Errc::unknown_value, "no such handshake pattern");
    Pattern pattern = pattern_of(*row);
    if (base_length < name.size() && !insert_psks(pattern, name.substr(base_length)))
        return fail(Errc::unknown_value, "no such psk modifiers");
    pattern.name = name;
    return pattern;
}

std::vector<std::string_view> base_pattern_names() {
    std::vector<std::string_view> names;
    names.reserve(rows.size());
    for (const Row& row : rows)
        names.push_back(row.name);
    return names;
}

} // namespace staffroom::channel
