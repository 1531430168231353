#include "node/services/markdown/markdown_bounds.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace staffroom::services {
namespace {

/// A sign that may be taken for text stands as a noncharacter meanwhile: no text holds those.
struct Sign {
    char written;
    std::string_view stands_for_it;
};
constexpr std::array signs{
    Sign{'<', "\xEF\xB7\x90"}, Sign{'!', "\xEF\xB7\x91"}, Sign{':', "\xEF\xB7\x92"}};

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view line_at_front(std::string_view text) {
    const auto end = std::ranges::find_if(text, is_line_end);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::size_t line_count(std::string_view text) {
    return 1 + static_cast<std::size_t>(std::ranges::count_if(text, is_line_end));
}

// ------------------------------------------------------------------------------------ containers

/// Returns the bytes of the mark of a quote or a list item with which `text` begins; 0: none.
std::size_t marker_bytes(std::string_view text) {
    if (text.starts_with('>'))
        return 1;
    std::size_t at = 0;
    if (!text.empty() && std::string_view("-+*").find(text.front()) != std::string_view::npos)
        at = 1;
    else {
        while (at < text.size() && at < 9 && text[at] >= '0' && text[at] <= '9')
            ++at;
        if (at == 0 || at == text.size() || (text[at] != '.' && text[at] != ')'))
            return 0;
        ++at;
    }
    return at == text.size() || is_blank(text[at]) || is_line_end(text[at]) ? at : 0;
}

struct Prefix {
    std::size_t bytes;      // white space and marks before the first word of the line
    std::size_t kept_bytes; // of those, up to `columns_max`
    std::size_t columns;
};

Prefix prefix_of(std::string_view line, std::size_t columns_max) {
    Prefix prefix{0, 0, 0};
    while (prefix.bytes < line.size()) {
        const bool is_space = is_blank(line[prefix.bytes]);
        const std::size_t taken = is_space ? 1 : marker_bytes(line.substr(prefix.bytes));
        if (taken == 0)
            break;
        const bool is_tab = line[prefix.bytes] == '\t';
        prefix.columns += is_tab ? 4 - prefix.columns % 4 : taken;
        prefix.bytes += taken;
        if (prefix.columns <= columns_max)
            prefix.kept_bytes = prefix.bytes;
    }
    return prefix;
}

/// Nearly every text, which is then taken as it stands.
bool is_nested_little(std::string_view text, std::size_t columns_max) {
    while (!text.empty()) {
        const std::string_view line = line_at_front(text);
        const Prefix prefix = prefix_of(line, columns_max);
        if (prefix.kept_bytes < prefix.bytes)
            return false;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return true;
}

std::string with_less_nesting(std::string_view text) {
    const std::size_t columns_max =
        std::clamp(nesting_steps_max / line_count(text), nesting_columns_min, nesting_columns_max);
    if (is_nested_little(text, columns_max))
        return std::string(text);
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::string_view line = line_at_front(text);
        const Prefix prefix = prefix_of(line, columns_max);
        out += line.substr(0, prefix.kept_bytes);
        out += line.substr(prefix.bytes);
        text.remove_prefix(line.size());
        if (!text.empty())
            out += text.front();
        text.remove_prefix(std::min<std::size_t>(1, text.size()));
    }
    return out;
}

// ------------------------------------------------------------------------------------ raw HTML

/// A beginning whose end cmark looks for, from every beginning again.
struct RawHtml {
    std::string_view begin;
    std::string_view end;
    bool needs_letter; // after `begin`
};
constexpr std::array raw_html{
    RawHtml{"<?", "?>", false}, RawHtml{"<![CDATA[", "]]>", false}, RawHtml{"<!", ">", true}};

/// Tells whether such a beginning stands at the beginning of a line: then it is a block that is
/// read once, wherever it ends.
bool begins_line(std::string_view text, std::size_t at) {
    std::size_t spaces = 0;
    while (spaces < at && spaces < 4 && text[at - spaces - 1] == ' ')
        ++spaces;
    return spaces < 4 && (spaces == at || is_line_end(text[at - spaces - 1]));
}

/// Finds beginnings before whose end another one stands, or that have no end. Inside a paragraph
/// they are text to a parser as well, which finds out by looking to the end.
void find_repeated(std::string_view text, const RawHtml& html, std::vector<std::size_t>& found) {
    std::size_t kept_until = 0;
    for (std::size_t at = text.find(html.begin); at != std::string_view::npos;
         at = text.find(html.begin, at + 1)) {
        const std::size_t content = at + html.begin.size();
        if (html.needs_letter && (content >= text.size() || !is_letter(text[content])))
            continue;
        const bool is_repeated = at < kept_until && !begins_line(text, at);
        if (is_repeated)
            found.push_back(at);
        if (at < kept_until)
            continue;
        const std::size_t end = text.find(html.end, content);
        // The first beginning without an end costs one look.
        kept_until = end == std::string_view::npos ? text.size() : end;
    }
}

// ------------------------------------------------------------------------------------ brackets

bool ends_run(std::string_view text, std::size_t at) {
    if (!is_line_end(text[at]))
        return false;
    std::size_t next = at + 1;
    if (text[at] == '\r' && next < text.size() && text[next] == '\n')
        ++next;
    while (next < text.size() && is_blank(text[next]))
        ++next;
    return next >= text.size() || is_line_end(text[next]);
}

std::size_t count_of(std::string_view text, char c) {
    return static_cast<std::size_t>(std::ranges::count(text, c));
}

std::size_t open_images_max(std::string_view text) {
    return std::max(
        open_images_min, bracket_steps_max / std::max<std::size_t>(count_of(text, ']'), 1)
    );
}

/// Finds the images of one run without a blank line, from the one on that every link would look at
/// too often.
void find_images(std::string_view text, std::vector<std::size_t>& found) {
    const std::size_t images_max = open_images_max(text);
    if (count_of(text, '!') <= images_max)
        return;
    std::size_t images = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at).starts_with("![") && ++images > images_max)
            found.push_back(at);
        if (ends_run(text, at))
            images = 0;
    }
}

// ------------------------------------------------------------------------------------ references

char closing_of(char c) {
    return c == '(' ? ')' : c == '"' || c == '\'' ? c : '\0';
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Returns the line after the one that ends at `end`.
std::string_view next_line(std::string_view text, std::size_t end) {
    const bool is_pair = text.substr(end).starts_with("\r\n");
    return without_blanks(line_at_front(text.substr(std::min(end + (is_pair ? 2 : 1), text.size())))
    );
}

/// Tells whether the destination and title of a reference, `rest` of its line, end with that line.
bool is_whole_definition(std::string_view rest, std::string_view next) {
    rest = without_blanks(rest);
    if (rest.empty() || rest.front() == '<')
        return false;
    const std::string_view title =
        without_blanks(rest.substr(std::min(rest.find_first_of(" \t"), rest.size())));
    if (title.empty())
        return next.empty() || closing_of(next.front()) == '\0';
    const char closing = closing_of(title.front());
    return closing == '\0' ||
           (title.size() > 1 && title.back() == closing && title[title.size() - 2] != '\\');
}

/// Returns where the first bracket of a line closes that is not escaped: only that one can end a
/// label.
std::size_t label_end(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == ']')
            return at;
        at += line[at] == '\\' ? 1U : 0U;
    }
    return line.size();
}

/// Finds colons after which so much stands that the uses of the reference would grow beyond all
/// bounds.
void find_long_references(std::string_view text, std::vector<std::size_t>& found) {
    if (text.find("]:") == std::string_view::npos)
        return;
    const std::size_t bytes_max =
        reference_growth_bytes_max / std::max<std::size_t>(count_of(text, ']'), 1);
    std::size_t run_end = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::string_view line = line_at_front(text.substr(begin));
        const std::size_t at = begin + label_end(line);
        const std::size_t line_end = begin + line.size();
        begin = line_end + 1;
        if (at + 1 >= line_end || text[at + 1] != ':')
            continue;
        for (run_end = std::max(run_end, at); run_end < text.size() && !ends_run(text, run_end);)
            ++run_end;
        const std::string_view rest = text.substr(at + 2, line_end - at - 2);
        const bool is_whole = is_whole_definition(rest, next_line(text, line_end));
        if ((is_whole ? rest.size() : run_end - at) > bytes_max)
            found.push_back(at + 1);
    }
}

} // namespace

std::string bounded_markdown(std::string_view text) {
    std::string out = with_less_nesting(text);
    std::vector<std::size_t> found;
    for (const RawHtml& html : raw_html)
        find_repeated(out, html, found);
    find_images(out, found);
    find_long_references(out, found);
    if (found.empty())
        return out;
    std::ranges::sort(found);
    std::string replaced;
    std::size_t done = 0;
    for (const std::size_t at : found) {
        if (at < done)
            continue;
        replaced.append(out, done, at - done);
        for (const Sign& sign : signs)
            if (sign.written == out[at])
                replaced += sign.stands_for_it;
        done = at + 1;
    }
    return replaced.append(out, done);
}

std::string as_written(std::string_view words) {
    std::string out;
    constexpr char first_of_all = '\xEF';
    while (!words.empty()) {
        const std::size_t plain = std::min(words.find(first_of_all), words.size());
        out += words.substr(0, plain);
        words.remove_prefix(plain);
        if (words.empty())
            break;
        const auto sign = std::ranges::find_if(signs, [&](const Sign& each) {
            return words.starts_with(each.stands_for_it);
        });
        out += sign == signs.end() ? words.front() : sign->written;
        words.remove_prefix(sign == signs.end() ? 1 : sign->stands_for_it.size());
    }
    return out;
}

} // namespace staffroom::services
