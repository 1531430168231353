// The words of the page, for pages that the node writes itself: the same files, one a language, as
// ICU messages. What a language lacks is said in English. Not here: the words of problems and of
// the command line, which stay English. Called by the plain pages and the feeds.
#pragma once

#include "protocol/base/time.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace staffroom::http::plain {

// The words of node/web/words/, as built in.
[[nodiscard]] std::string_view english_words();
[[nodiscard]] std::string_view welsh_words();
[[nodiscard]] std::string_view arabic_words();

class PageWords {
public:
    /// Returns the words of the language that a browser asks for first, of those that there are
    /// (Accept-Language, RFC 9110 12.5.4; their weights are passed over, because browsers write
    /// them in order).
    [[nodiscard]] static const PageWords& preferred(std::string_view accept_language);

    [[nodiscard]] std::string_view language() const { return code_; }
    /// "ltr" or "rtl".
    [[nodiscard]] std::string_view direction() const { return direction_of(code_); }

    using Value = std::variant<std::int64_t, std::string>;
    using Values = std::initializer_list<std::pair<std::string_view, Value>>;
    /// Returns the message of `key` with these values in it; the key where nobody has written one.
    [[nodiscard]] std::string t(std::string_view key, Values values = {}) const;
    /// Returns the first of these messages that somebody has written; else `otherwise`.
    [[nodiscard]] std::string
    say(std::initializer_list<std::string_view> keys, std::string_view otherwise) const;

    /// Returns a word of a vocabulary, of a kind, of a field: itself where it is not known.
    [[nodiscard]] std::string word(std::string_view vocabulary, std::string_view value) const;
    [[nodiscard]] std::string kind(std::string_view name) const;
    [[nodiscard]] std::string field(std::string_view kind, std::string_view name) const;
    /// Returns a day in words, as the language writes it.
    [[nodiscard]] std::string day(WallTime time) const;
    /// Returns a size in words: "2.4 MB".
    [[nodiscard]] std::string size(std::uint64_t bytes) const;

    /// Returns the direction of a language by its tag.
    [[nodiscard]] static std::string_view direction_of(std::string_view language);

private:
    PageWords(std::string_view code, std::string_view locale, std::string_view file);
    [[nodiscard]] static const PageWords& english();
    [[nodiscard]] const std::string* find(std::string_view key) const;

    std::string_view code_;
    std::string locale_;
    std::map<std::string, std::string, std::less<>> messages_{};
};

} // namespace staffroom::http::plain
