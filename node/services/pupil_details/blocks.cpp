#include "node/services/pupil_details/blocks.hpp"

#include "node/services/pupil_details/words_around.hpp"

#include <algorithm>
#include <array>

namespace staffroom::pupil_details {
namespace {

// A wrapped line is a long one: what ends earlier was meant to end there.
constexpr std::size_t wrapped_bytes_min = 55;
constexpr std::size_t block_bytes_max = std::size_t{8} * 1024;

/// A character that several bytes write, and what stands for it.
struct Plain {
    std::string_view written;
    std::string_view plain;
};
constexpr std::array plain_characters{
    Plain{"\xC2\xA0", " "},     // no-break space
    Plain{"\xC2\xAD", ""},      // soft hyphen
    Plain{"\xE2\x80\x89", " "}, // thin space
    Plain{"\xE2\x80\xAF", " "}, // narrow no-break space
    Plain{"\xE2\x80\x8B", ""},  // zero width
    Plain{"\xE2\x80\x8C", ""},   Plain{"\xE2\x80\x8D", ""},   Plain{"\xEF\xBB\xBF", ""},
    Plain{"\xE2\x80\x98", "'"},  Plain{"\xE2\x80\x99", "'"}, // single quotes
    Plain{"\xE2\x80\x9C", "\""}, Plain{"\xE2\x80\x9D", "\""}, Plain{"\xE2\x80\x90", "-"},
    Plain{"\xE2\x80\x91", "-"}, // hyphens and dashes
    Plain{"\xE2\x80\x92", "-"},  Plain{"\xE2\x80\x93", "-"},  Plain{"\xE2\x80\x94", "-"},
    Plain{"&nbsp;", " "},        Plain{"&amp;", "&"},         Plain{"&#39;", "'"},
    Plain{"&quot;", "\""},       Plain{"&rsquo;", "'"}};

/// Whether a row of `plain_characters`, an address or a tag may begin with it: all but a few bytes
/// of a text begin none, and need not be held against the rows.
bool may_begin_special(char c) {
    return static_cast<unsigned char>(c) >= 0x80U || c == '&' || c == '<' || c == 'h' || c == 'w';
}

bool is_address_end(char c) {
    return c == ' ' || c == ')' || c == '>' || c == ']' || c == '"' || c == '\t';
}

/// The address of a page at the beginning of `rest`, which is nobody's detail and full of digits.
std::size_t address_length(std::string_view rest) {
    if (!rest.starts_with("http://") && !rest.starts_with("https://") && !rest.starts_with("www."))
        return 0;
    return static_cast<std::size_t>(std::ranges::find_if(rest, is_address_end) - rest.begin());
}

/// How long the tag at the beginning of `rest` is; 0: there is none. `out` gets what an image's
/// says in place of it.
std::size_t pass_tag(std::string_view rest, std::string& out) {
    constexpr std::size_t tag_bytes_max = 1000;
    constexpr std::string_view alt = "alt=\"";
    if (rest.size() < 3 || rest[0] != '<' || (rest[1] != '/' && (rest[1] < 'A' || rest[1] > 'z')))
        return 0;
    const std::size_t end = rest.substr(0, tag_bytes_max).find('>');
    if (end == std::string_view::npos)
        return 0;
    std::string_view tag = rest.substr(0, end);
    if (const std::size_t begin = tag.find(alt); begin != std::string_view::npos) {
        tag.remove_prefix(begin + alt.size());
        out += "![" + std::string(tag.substr(0, tag.find('"'))) + "] ";
    }
    return end + 1;
}

/// Behind a list's mark, a heading's, a quotation's, or the border of a table.
bool begins_anew(std::string_view text) {
    const std::string_view rest = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
    if (rest.empty())
        return true;
    const bool is_numbered = rest[0] >= '0' && rest[0] <= '9' &&
                             (rest.substr(0, 4).find(". ") != std::string_view::npos ||
                              rest.substr(0, 4).find(") ") != std::string_view::npos);
    return is_numbered || std::string_view("-*+#>|`~<!").find(rest[0]) != std::string_view::npos;
}

bool is_soft_end(std::string_view text) {
    return text.size() >= wrapped_bytes_min &&
           std::string_view(".!?:;|\\").find(text.back()) == std::string_view::npos;
}

/// Keys of front matter that name those who wrote, and other things that are meant to be there.
constexpr std::array<std::string_view, 22> envelope_keys{
    "authors",  "author",  "attribution", "source",       "created",   "modified",
    "date",     "licence", "license",     "language",     "lang",      "isbn",
    "doi",      "url",     "website",     "contributors", "publisher", "editors",
    "teachers", "id",      "origin",      "joint-with"};

/// Goes through the lines of front matter and tells which are of the envelope.
class FrontMatter {
public:
    explicit FrontMatter(const std::vector<Line>& lines) {
        if (lines.empty() || (lines[0].text != "---" && lines[0].text != "+++"))
            return;
        for (std::size_t i = 1; i < lines.size() && end_ == 0; ++i)
            if (lines[i].text == lines[0].text)
                end_ = i;
    }

    /// The index of the line that closes it; 0: there is none.
    [[nodiscard]] std::size_t end() const { return end_; }

    bool is_envelope(std::string_view line) {
        const bool is_key = !line.empty() && line[0] != ' ' && line[0] != '-' && line[0] != '\t';
        if (is_key)
            is_in_envelope_ = is_word_in(line.substr(0, line.find_first_of(":= ")), envelope_keys);
        return is_in_envelope_;
    }

private:
    std::size_t end_ = 0;
    bool is_in_envelope_ = false;
};

} // namespace

std::size_t Block::line_at(std::size_t offset) const {
    std::size_t number = lines.front().second;
    for (const auto& [begin, line] : lines)
        if (begin <= offset)
            number = line;
    return number;
}

std::vector<Line> lines_of(std::string_view file) {
    std::vector<Line> lines;
    while (!file.empty()) {
        const std::size_t end = std::min(file.find('\n'), file.size());
        std::string_view text = file.substr(0, end);
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        lines.push_back({text, lines.size() + 1});
        file.remove_prefix(std::min(end + 1, file.size()));
    }
    return lines;
}

std::string plain(std::string_view line) {
    std::string out;
    out.reserve(line.size());
    for (std::size_t at = 0; at < line.size();) {
        const char c = line[at];
        if (may_begin_special(c)) {
            const std::string_view rest = line.substr(at);
            if (const std::size_t length = address_length(rest); length > 0) {
                out += '*'; // not nothing: words beside it do not meet
                at += length;
                continue;
            }
            if (const std::size_t length = pass_tag(rest, out); length > 0) {
                at += length;
                continue;
            }
            const auto found = std::ranges::find_if(plain_characters, [&](const Plain& each) {
                return rest.starts_with(each.written);
            });
            if (found != plain_characters.end()) {
                for (const char each : found->plain)
                    if (each != ' ' || (!out.empty() && out.back() != ' '))
                        out += each;
                at += found->written.size();
                continue;
            }
        }
        const bool is_space = c == ' ' || c == '\t';
        const bool is_emphasis =
            c == '*' || c == '`' ||
            (c == '_' && (at == 0 || line[at - 1] == ' ' || at + 1 == line.size() ||
                          line[at + 1] == ' ' || line[at + 1] == '_' || line[at - 1] == '_'));
        if (c == '\t' && !out.empty())
            out += " | "; // a cell of a table
        else if (is_space && !out.empty() && out.back() != ' ')
            out += ' ';
        else if (!is_space && !is_emphasis)
            out += c;
        ++at;
    }
    return out;
}

std::vector<Block> blocks_of(const std::vector<Line>& lines) {
    std::vector<Block> blocks;
    FrontMatter front(lines);
    bool is_open = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& [text, number] = lines[i];
        const bool is_front = i <= front.end() && front.end() > 0;
        const bool is_blank = text.find_first_not_of(" \t") == std::string_view::npos;
        if (is_blank || (is_front && (i == 0 || i == front.end() || front.is_envelope(text)))) {
            is_open = false;
            continue;
        }
        if (!is_open || is_front || begins_anew(text) ||
            blocks.back().text.size() + text.size() > block_bytes_max)
            blocks.emplace_back();
        Block& block = blocks.back();
        if (!block.text.empty() && block.text.back() != ' ')
            block.text += ' ';
        block.lines.emplace_back(block.text.size(), number);
        block.text += plain(text);
        is_open = is_soft_end(text) && !is_front;
    }
    return blocks;
}

} // namespace staffroom::pupil_details
