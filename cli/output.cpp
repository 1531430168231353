#include "cli/output.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cwchar>
#include <optional>

namespace staffroom::cli {

namespace {

constexpr std::string_view bold_begin = "\x1B[1m";
constexpr std::string_view bold_end = "\x1B[22m";
constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

struct CodePoint {
    char32_t value;
    std::size_t bytes;
};

/// The UTF-8 code point at `place` (RFC 3629); nothing when the bytes there are none.
std::optional<CodePoint> decode(std::string_view text, std::size_t place) {
    const auto byte_at = [&](std::size_t at) {
        return char32_t{static_cast<unsigned char>(text[at])};
    };
    const char32_t first = byte_at(place);
    if (first < 0x80)
        return CodePoint{first, 1};
    std::size_t bytes = 0;
    if (first >= 0xC2 && first <= 0xDF)
        bytes = 2;
    else if (first >= 0xE0 && first <= 0xEF)
        bytes = 3;
    else if (first >= 0xF0 && first <= 0xF4)
        bytes = 4;
    if (bytes == 0 || place + bytes > text.size())
        return std::nullopt;
    char32_t value = first & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        const char32_t next = byte_at(place + i);
        if ((next & 0xC0U) != 0x80U)
            return std::nullopt;
        value = (value << 6U) | (next & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return std::nullopt;
    return CodePoint{value, bytes};
}

/// Control characters of both sets (a terminal may obey U+009B as it obeys ESC [), marks that turn
/// the direction of what follows, and the two Unicode line ends.
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

std::string cut_to(const std::string& text, std::size_t columns) {
    if (display_width(text) <= columns)
        return text;
    std::string out;
    std::size_t used = 0;
    for (std::size_t place = 0; place < text.size();) {
        const auto point = decode(text, place);
        const std::size_t bytes = point ? point->bytes : 1;
        const auto part = std::string_view(text).substr(place, bytes);
        const std::size_t width = display_width(part);
        if (used + width + 1 > columns)
            break;
        out += part;
        used += width;
        place += bytes;
    }
    return out + "\xE2\x80\xA6";
}

std::string marked(
    std::string_view text,
    const std::vector<Mark>& marks,
    std::string_view before,
    std::string_view after
) {
    std::string out;
    std::size_t code_point = 0;
    auto next = marks.begin();
    bool is_open = false;
    for (std::size_t place = 0; place < text.size(); ++code_point) {
        if (is_open && code_point == next->end) {
            out += after;
            is_open = false;
            ++next;
        }
        if (!is_open && next != marks.end() && code_point == next->begin) {
            out += before;
            is_open = true;
        }
        const auto point = decode(text, place);
        const std::size_t bytes = point ? point->bytes : 1;
        out += text.substr(place, bytes);
        place += bytes;
    }
    if (is_open)
        out += after;
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t place = 0; place < text.size();) {
        const auto point = decode(text, place);
        const int columns = point ? ::wcwidth(static_cast<wchar_t>(point->value)) : 1;
        // Without a UTF-8 locale the C library knows no width beyond ASCII; one column is the best
        // guess.
        width += columns < 0 ? 1U : static_cast<std::size_t>(columns);
        place += point ? point->bytes : 1;
    }
    return width;
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

Table::Table(std::vector<std::string> titles)
    : titles_(std::move(titles)) {}

void Table::add(std::vector<std::string> cells) {
    add(std::move(cells), {});
}

void Table::add(std::vector<std::string> cells, std::vector<Mark> marks) {
    cells.resize(titles_.size());
    for (auto& cell : cells)
        cell = printable(cell);
    rows_.push_back({std::move(cells), std::move(marks)});
}

void Table::print(std::ostream& out, const Terminal& terminal) const {
    if (!terminal.is_terminal) {
        for (const auto& row : rows_)
            for (std::size_t i = 0; i < row.cells.size(); ++i)
                out << row.cells[i] << (i + 1 < row.cells.size() ? '\t' : '\n');
        return;
    }
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < titles_.size(); ++i) {
        std::size_t width = display_width(titles_[i]);
        for (const auto& row : rows_)
            width = std::max(width, display_width(row.cells[i]));
        widths.push_back(width);
    }
    constexpr std::size_t gap = 2;
    constexpr std::size_t last_column_min = 20; // narrower says nothing; better to wrap
    const auto print_row = [&](const Row& all) {
        const std::vector<std::string>& row = all.cells;
        std::size_t used = 0;
        for (std::size_t i = 0; i + 1 < row.size(); ++i) {
            out << row[i] << std::string(widths[i] - display_width(row[i]) + gap, ' ');
            used += widths[i] + gap;
        }
        const std::size_t room =
            terminal.columns > used + last_column_min ? terminal.columns - used : last_column_min;
        const std::string last = terminal.columns == 0 ? row.back() : cut_to(row.back(), room);
        out << marked(last, all.marks, bold_begin, bold_end) << '\n';
    };
    print_row({titles_, {}});
    for (const auto& row : rows_)
        print_row(row);
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
    err_ << printable(text) << '\n';
}

} // namespace staffroom::cli
