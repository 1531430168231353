#include "node/services/records/draft_mark.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/front_matter/name_line.hpp"
#include "node/services/text/visible_words.hpp"
#include "node/services/vocabulary/draft_words.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t head_lines_max = 2000;
constexpr std::size_t value_lines_max = 40;

bool is_fence_word_symbol(char symbol) {
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z');
}

bool is_drafts_folder(std::string_view name) {
    return name.starts_with('_') && squeezed_name(name) == "drafts";
}

struct HeadLine {
    std::size_t number;
    std::string_view words; // trimmed
};

/// Returns the fence that closes a head which a line opens; empty: the line opens none.
std::string_view closing_fence(std::string_view words) {
    for (const std::string_view fence : {"---"sv, "+++"sv, ";;;"sv})
        if (words.starts_with(fence)) {
            const auto rest = trimmed_to_visible(words.substr(fence.size()));
            return std::ranges::all_of(rest, is_fence_word_symbol) && rest.size() <= 12
                       ? fence
                       : std::string_view();
        }
    if (words.starts_with("<!--"))
        return "-->";
    return words.starts_with('{') ? "}" : "";
}

/// Tells whether a line closes a head; `words` are those of `line` as it stands: the brace that
/// ends a value within stands further in.
bool closes_head(std::string_view line, std::string_view words, std::string_view closing) {
    if (closing == "-->")
        return words.ends_with(closing);
    if (closing == "}")
        return line.starts_with('}') || (words.starts_with('{') && words.ends_with('}'));
    return words == closing || (closing == "---" && words == "...");
}

/// Tells whether a head without a fence begins: Pelican and MultiMarkdown write names so.
bool begins_bare_head(std::string_view words) {
    const auto named = name_line(words);
    return named && named->name.find(' ') == std::string_view::npos &&
           is_known_name(canonical_name(named->name));
}

/// Returns the lines that may say something of the whole file: between two fences; to the first
/// blank line where the second one is missing, or where names stand without any.
std::vector<HeadLine> lines_of_head(std::string_view file) {
    std::vector<HeadLine> lines;
    std::string_view closing;
    std::optional<std::size_t> blank; // how many lines stand before the first blank one
    std::size_t number = 0;
    for (std::size_t at = 0; at < file.size() && lines.size() < head_lines_max;) {
        const std::string_view line = line_at(file, at);
        at += line.size();
        ++number;
        const std::string_view words = trimmed_to_visible(line);
        if (words.empty()) {
            if (!lines.empty() && closing.empty())
                return lines;
            if (!lines.empty() && !blank)
                blank = lines.size();
            continue;
        }
        const bool is_first = lines.empty();
        lines.push_back({number, words});
        if (is_first) {
            closing = closing_fence(words);
            if (closing.empty() && !begins_bare_head(words))
                return {};
        }
        const bool is_whole = !is_first || closing == "}" || closing == "-->";
        if (!closing.empty() && is_whole && closes_head(line, words, closing)) {
            if (words == closing || words == "...")
                lines.pop_back();
            return lines;
        }
    }
    lines.resize(blank.value_or(lines.size()));
    return lines;
}

/// A name with its value, in the line or in one of its pieces.
struct Statement {
    std::string name; // squeezed
    std::string_view value;
};

std::optional<Statement> statement_in(std::string_view piece) {
    while (piece.starts_with("- ") || piece.starts_with(".. ") || piece.starts_with('{') ||
           piece.starts_with('[') || piece.starts_with("<!--"))
        piece = trimmed_to_visible(piece.substr(
            piece.starts_with("<!--") ? 4
            : piece.starts_with("..") ? 2
                                      : 1
        ));
    if (piece.empty() || piece.front() == '#' || piece.starts_with("//"))
        return std::nullopt;
    constexpr std::string_view wide_colon = "\uff1a";
    constexpr std::size_t name_bytes_most = 60;
    std::size_t at = piece.find_first_of(":=");
    std::size_t mark = 1;
    if (const std::size_t wide = piece.find(wide_colon); wide < at) {
        at = wide;
        mark = wide_colon.size();
    }
    if (at == std::string_view::npos || at > name_bytes_most)
        return std::nullopt;
    return Statement{
        squeezed_name(piece.substr(0, at)), trimmed_to_visible(piece.substr(at + mark))};
}

/// Returns the pieces of {a: 1, b: [2, 3]}; any other line is one piece.
std::vector<std::string_view> pieces_of(std::string_view line, bool is_in_braces) {
    if (!is_in_braces && line.find('{') == std::string_view::npos)
        return {line};
    std::vector<std::string_view> pieces;
    char quote = 0;
    std::size_t depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char symbol = line[i];
        if (quote != 0) {
            quote = symbol == quote ? '\0' : quote;
            continue;
        }
        if (symbol == '"' || symbol == '\'')
            quote = symbol;
        depth += symbol == '[' ? 1U : 0U;
        depth -= symbol == ']' && depth > 0 ? 1U : 0U;
        if (depth > 0 || (symbol != ',' && symbol != '{' && symbol != '}'))
            continue;
        pieces.push_back(trimmed_to_visible(line.substr(begin, i - begin)));
        begin = i + 1;
    }
    pieces.push_back(trimmed_to_visible(line.substr(begin)));
    return pieces;
}

/// Tells whether the value of a line goes on below it.
bool is_unfinished_value(std::string_view value) {
    const bool is_open =
        value.find('[') != std::string_view::npos && value.find(']') == std::string_view::npos;
    return is_open || !says_something(value);
}

std::string
value_with_lines_below(const Statement& said, const std::vector<HeadLine>& lines, std::size_t at) {
    std::string value(said.value);
    if (!is_unfinished_value(value))
        return value;
    for (std::size_t i = at + 1; i < lines.size() && i <= at + value_lines_max; ++i) {
        const std::string_view line = lines[i].words;
        if (statement_in(line) && !line.starts_with('-'))
            break;
        value += "\n" + std::string(line.starts_with("- ") ? line.substr(2) : line);
    }
    return value;
}

} // namespace

std::optional<DraftMark>
find_draft_mark(std::string_view file, const std::vector<FrontMatterField>& fields, WallTime now) {
    const std::vector<HeadLine> lines = lines_of_head(file);
    const bool is_in_braces = !lines.empty() && (lines.front().words.starts_with('{') ||
                                                 lines.front().words.starts_with(";;;") ||
                                                 squeezed_name(lines.front().words) == "json");
    for (std::size_t i = 0; i < lines.size(); ++i)
        for (const std::string_view piece : pieces_of(lines[i].words, is_in_braces)) {
            const auto said = statement_in(piece);
            if (said && can_hold_back(said->name) &&
                holds_back(said->name, value_with_lines_below(*said, lines, i), now))
                return DraftMark{lines[i].number, std::string(piece)};
        }
    for (const FrontMatterField& field : fields) {
        std::string value;
        for (const std::string& each : field.values)
            value += (value.empty() ? "" : "\n") + each;
        if (const std::string name = squeezed_name(field.key);
            can_hold_back(name) && holds_back(name, value, now))
            return DraftMark{field.line, field.key + ": " + value};
    }
    return std::nullopt;
}

bool stands_among_drafts(std::string_view path) {
    std::size_t begin = 0;
    for (std::size_t end = path.find('/'); end != std::string_view::npos;
         end = path.find('/', begin)) {
        if (is_drafts_folder(path.substr(begin, end - begin)))
            return true;
        begin = end + 1;
    }
    return false;
}

} // namespace staffroom::services
