// HTML as this node writes it for browsers that run no script. Pure. Called by the plain pages.
//
// The attack: a title, a name or a file that another school wrote holds markup, which would become
// part of a page that its reader trusts. So text becomes HTML through `escaped` alone. A pattern is
// a literal of this program, and whatever is put into one is escaped unless it is HTML already.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace staffroom::http::plain {

/// Makes text of a page or of XML, or a value of an attribute in quotes. Characters that no text
/// may hold become U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// A piece of a page.
class Html {
public:
    Html() = default;
    /// Takes what a renderer has made that escapes by itself: `filled`, and the Markdown of
    /// http/plain/text/prose.
    [[nodiscard]] static Html rendered(std::string made) {
        Html piece;
        piece.text_ = std::move(made);
        return piece;
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] bool is_empty() const { return text_.empty(); }
    Html& operator+=(const Html& more) {
        text_ += more.text_;
        return *this;
    }

private:
    std::string text_{};
};

/// A pattern with {} for each piece. The compiler makes it, so no text from outside can be one.
class Pattern {
public:
    template <std::size_t Size>
    consteval Pattern(const char (&text)[Size]) // NOLINT(google-explicit-constructor)
        : text_(text, Size - 1) {}
    [[nodiscard]] std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

[[nodiscard]] inline std::string as_html(const Html& piece) {
    return piece.text();
}
[[nodiscard]] inline std::string as_html(std::string_view text) {
    return escaped(text);
}

/// Puts the pieces into the places of a pattern; a place without a piece stays empty.
[[nodiscard]] Html filled(Pattern pattern, std::span<const std::string> pieces);

template <class... Pieces> [[nodiscard]] Html html(Pattern pattern, const Pieces&... pieces) {
    const std::array<std::string, sizeof...(Pieces)> made{as_html(pieces)...};
    return filled(pattern, made);
}

} // namespace staffroom::http::plain
