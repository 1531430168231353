#include "cli/output/output.hpp"

#include "cli/output/code_point.hpp"
#include "storage/search/unicode.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

namespace staffroom::cli {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

/// Tells whether a character is harmful: control characters of both sets (a terminal may obey
/// U+009B as it obeys ESC [), marks that turn the direction of what follows, and the two Unicode
/// line ends.
bool is_harmful(char32_t value) {
    return value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0x061C ||
           (value >= 0x200E && value <= 0x200F) || (value >= 0x2028 && value <= 0x202E) ||
           (value >= 0x2066 && value <= 0x2069) || value == 0xFEFF;
}

bool is_line_space(char32_t value) {
    return value == '\n' || value == '\r' || value == '\t';
}

std::string clean(std::string_view text, bool keep_lines) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t place = 0; place < text.size();) {
        const auto point = decode(text, place);
        if (!point) {
            out += replacement;
            ++place;
            continue;
        }
        const bool is_crlf =
            point->value == '\r' && place + 1 < text.size() && text[place + 1] == '\n';
        if (is_line_space(point->value)) {
            if (!is_crlf && !keep_lines)
                out += ' ';
            else if (!is_crlf)
                out += point->value == '\r' ? '\n' : text[place];
        } else if (is_harmful(point->value)) {
            out += replacement;
        } else {
            out += text.substr(place, point->bytes);
        }
        place += point->bytes;
    }
    return out;
}

} // namespace

std::string printable(std::string_view text) {
    return clean(text, false);
}

std::string printable_block(std::string_view text) {
    return clean(text, true);
}

std::string json_line(const boost::json::value& value) {
    // The serialiser escapes what JSON itself forbids; the rest of the harmful characters can stand
    // only inside strings, because JSON's own characters are all printable ASCII.
    const std::string text = boost::json::serialize(value);
    std::string out;
    out.reserve(text.size());
    for (std::size_t place = 0; place < text.size();) {
        const auto point = decode(text, place);
        const std::size_t bytes = point ? point->bytes : 1;
        if (point && is_harmful(point->value)) {
            std::array<char, 8> escape{};
            std::snprintf(
                escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(point->value)
            );
            out += escape.data();
        } else {
            out += text.substr(place, bytes);
        }
        place += bytes;
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    return storage::width(text);
}

std::string readable_bytes(std::uint64_t bytes) {
    constexpr std::uint64_t kib = 1024;
    constexpr std::array<const char*, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < kib)
        return counted(bytes, "byte");
    std::uint64_t tenths = bytes * 10 / kib;
    std::size_t unit = 0;
    while (tenths >= kib * 10 && unit + 1 < units.size()) {
        tenths /= kib;
        ++unit;
    }
    std::string out = std::to_string(tenths / 10);
    if (tenths < 100 && tenths % 10 != 0)
        out += "." + std::to_string(tenths % 10);
    return out + " " + units[unit];
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

Output::Output(
    std::ostream& out, std::ostream& err, bool json, Terminal out_terminal, Terminal err_terminal
)
    : out_(out)
    , err_(err)
    , json_(json)
    , out_terminal_(out_terminal)
    , err_terminal_(err_terminal) {}

void Output::document(const boost::json::value& value) {
    has_printed_ = true;
    out_ << json_line(value) << '\n';
}

void Output::line(std::string_view text) {
    has_printed_ = true;
    out_ << printable(text) << '\n';
}

void Output::verdict(Tone tone, std::string_view word, std::string_view text) {
    has_printed_ = true;
    if (!out_terminal_.is_coloured) {
        out_ << printable(word) << printable(text) << '\n';
        return;
    }
    // SGR of ECMA-48: green, red, yellow; bold, so that it is seen on either background.
    const char* const begin = tone == Tone::good  ? "\033[1;32m"
                              : tone == Tone::bad ? "\033[1;31m"
                                                  : "\033[1;33m";
    out_ << begin << printable(word) << "\033[0m" << printable(text) << '\n';
}

void Output::block(std::string_view text) {
    has_printed_ = true;
    out_ << printable_block(text);
    if (!text.empty() && text.back() != '\n')
        out_ << '\n';
}

void Output::table(const Table& table) {
    has_printed_ = true;
    table.print(out_, out_terminal_);
}

void Output::say(std::string_view text) {
    out_.flush(); // in the order in which it was said, where both reach one screen
    err_ << printable(text) << '\n';
}

} // namespace staffroom::cli
