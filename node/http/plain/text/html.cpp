#include "node/http/plain/text/html.hpp"

namespace staffroom::http::plain {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool is_no_text(char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return (code < 0x20 && letter != '\n' && letter != '\t') || code == 0x7f;
}

} // namespace

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = text[at];
        // U+FFFE and U+FFFF, which XML does not know either.
        if (text.substr(at, 2) == "\xEF\xBF" && at + 2 < text.size() &&
            static_cast<unsigned char>(text[at + 2]) >= 0xBEU) {
            out += replacement;
            at += 2;
            continue;
        }
        switch (letter) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default:
            if (is_no_text(letter))
                out += replacement;
            else
                out += letter;
        }
    }
    return out;
}

Html filled(Pattern pattern, std::span<const std::string> pieces) {
    std::string out;
    std::string_view rest = pattern.text();
    std::size_t next = 0;
    for (std::size_t at = rest.find("{}"); at != std::string_view::npos; at = rest.find("{}")) {
        out += rest.substr(0, at);
        if (next < pieces.size())
            out += pieces[next++];
        rest.remove_prefix(at + 2);
    }
    out += rest;
    return Html::rendered(std::move(out));
}

} // namespace staffroom::http::plain
