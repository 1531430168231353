#include "node/services/pupil_details/pupil_details.hpp"

#include "node/services/pupil_details/blocks.hpp"
#include "node/services/pupil_details/rows.hpp"

#include <algorithm>

namespace staffroom::pupil_details {
namespace {

/// A row with its pattern compiled.
struct Searcher {
    const Rule* rule;
    Check check;
    bool needs_name; // without a given name in the block there is nothing to find
    Pattern pattern;
};

/// {WORD} replaced by its row, to any depth that the rows themselves have: a row uses those above.
std::string expanded(std::string_view pattern) {
    std::string out(pattern);
    const auto words = word_rows();
    for (std::size_t i = words.size(); i-- > 0;) {
        const std::string written = "{" + std::string(words[i].name) + "}";
        for (std::size_t at = out.find(written); at != std::string::npos;
             at = out.find(written, at))
            out.replace(at, written.size(), words[i].pattern);
    }
    return out;
}

/// Rows that one pass looks for together.
struct Group {
    PatternSet set;
    std::vector<std::size_t> rows; // their places among the searchers, as they stand in the set
    bool needs_name;
};

/// Rows in the order in which they are looked for.
struct Searchers {
    std::vector<Searcher> all;
    std::vector<Group> groups;
};

/// More rows in a set need more states than a processor's cache holds, fewer more passes over the
/// text; 8 are quickest on the corpus (tests/benchmarks/detail_bench).
constexpr std::size_t group_rows_max = 8;

Searchers searchers_of(std::initializer_list<std::span<const PatternRow>> tables) {
    Searchers out;
    std::vector<std::string> sources;
    for (const auto rows : tables)
        for (const PatternRow& row : rows) {
            sources.push_back(expanded(row.pattern));
            out.all.push_back(
                {find_rule(row.rule),
                 row.check,
                 needs_given_name(row.check),
                 Pattern(sources.back())}
            );
        }
    for (const bool needs_name : {false, true}) {
        std::vector<std::size_t> rows;
        std::vector<std::string> together;
        const auto close = [&] {
            if (!rows.empty())
                out.groups.push_back({PatternSet(together), rows, needs_name});
            rows.clear();
            together.clear();
        };
        for (std::size_t i = 0; i < out.all.size(); ++i) {
            if (out.all[i].needs_name != needs_name)
                continue;
            rows.push_back(i);
            together.push_back(sources[i]);
            if (rows.size() == group_rows_max)
                close();
        }
        close();
    }
    return out;
}

/// The rows that may find something, in their order.
std::vector<std::size_t> rows_for(const Searchers& searchers, std::string_view text) {
    const bool has_name = has_given_name(text);
    std::vector<std::size_t> rows;
    for (const Group& group : searchers.groups)
        if (!group.needs_name || has_name)
            for (const std::size_t place : group.set.found_in(text))
                rows.push_back(group.rows[place]);
    std::ranges::sort(rows);
    return rows;
}

const Searchers& text_searchers() {
    static const auto all = searchers_of({number_rows(), name_rows(), child_rows()});
    return all;
}

const Searchers& name_searchers() {
    static const auto all = searchers_of({file_name_rows()});
    return all;
}

/// The first match from `from` on that counts.
std::optional<Match> next_hit(const Searcher& searcher, std::string_view text, std::size_t from) {
    while (from < text.size()) {
        const auto match = searcher.pattern.find(text, from);
        if (!match || match->begin == match->end)
            return std::nullopt;
        if (searcher.check == nullptr || searcher.check({text, *match}))
            return match;
        // The next word may be one that counts.
        const std::string_view part = match->groups[0];
        const auto part_end =
            part.empty() ? match->begin + 1
                         : static_cast<std::size_t>(part.data() + part.size() - text.data());
        from = std::max(part_end, match->begin + 1);
        while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U)
            ++from;
    }
    return std::nullopt;
}

std::string shortened_line(std::string_view text) {
    constexpr std::size_t shown_max = 300;
    const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(begin);
    if (text.size() <= shown_max)
        return std::string(text);
    std::size_t end = shown_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end)) + "...";
}

std::string_view trimmed_words(std::string_view words) {
    constexpr std::string_view edges = " ,.;:|([\"";
    const std::size_t begin = std::min(words.find_first_not_of(edges), words.size());
    words.remove_prefix(begin);
    return words.substr(0, words.find_last_not_of(edges) + 1);
}

/// A file's name without its type, its separators as spaces.
std::string name_words(std::string_view name) {
    std::string words(name.substr(0, name.rfind('.')));
    for (char& c : words)
        if (c == '_' || c == '-' || c == '+')
            c = ' ';
    return words;
}

/// The file that `](file "title")` shows or links to; empty where that is a page elsewhere.
std::string_view next_target(std::string_view& rest) {
    const std::size_t mark = rest.find("](");
    if (mark == std::string_view::npos)
        return rest = {};
    rest.remove_prefix(mark + 2);
    const std::string_view target = rest.substr(0, rest.find_first_of(") \"\n"));
    return target.find("://") == std::string_view::npos ? target : std::string_view();
}

/// Where a match really begins: the boundary before its first word is no part of it.
std::size_t first_byte(const Block& block, const Match& match) {
    const std::size_t at = block.text.find_first_not_of(" ,.;:|([\"", match.begin);
    return at == std::string::npos ? match.begin : at;
}

void search_block(
    const Block& block,
    const Searchers& searchers,
    const std::vector<Line>& lines,
    std::vector<Finding>& out
) {
    for (const std::size_t row : rows_for(searchers, block.text)) {
        const Searcher& searcher = searchers.all[row];
        std::size_t from = 0;
        while (const auto match = next_hit(searcher, block.text, from)) {
            from = match->end;
            const std::size_t line = block.line_at(first_byte(block, *match));
            const auto is_known = [&](const Finding& each) {
                return each.line == line && each.rule == searcher.rule;
            };
            // Only what this block has added can stand in the same line.
            if (std::any_of(out.rbegin(), out.rend(), is_known))
                continue;
            if (out.size() == findings_max)
                return;
            out.push_back(
                {line,
                 searcher.rule,
                 shortened_line(lines[line - 1].text),
                 std::string(trimmed_words(
                     std::string_view(block.text).substr(match->begin, match->end - match->begin)
                 ))}
            );
        }
    }
}

} // namespace

std::vector<Finding> find_in_text(std::string_view file) {
    const std::vector<Line> lines = lines_of(file);
    std::vector<Finding> out;
    for (const Block& block : blocks_of(lines))
        search_block(block, text_searchers(), lines, out);
    for (const Line& line : lines)
        for (std::string_view rest = line.text; !rest.empty();)
            if (const std::string_view target = next_target(rest); !target.empty())
                search_block(
                    {name_words(target), {{0, line.number}}}, name_searchers(), lines, out
                );
    std::ranges::stable_sort(out, {}, &Finding::line);
    return out;
}

std::vector<Finding> find_in_value(std::string_view value, std::string_view place) {
    std::vector<Finding> out = find_in_text(value);
    for (Finding& each : out) {
        each.line = 0;
        each.place = place;
    }
    return out;
}

std::vector<Finding> find_in_file_name(std::string_view name) {
    const std::vector<Line> lines{{name, 1}};
    const Block block{name_words(name), {{0, 1}}};
    std::vector<Finding> out;
    search_block(block, name_searchers(), lines, out);
    search_block(block, text_searchers(), lines, out);
    for (Finding& each : out) {
        each.line = 0;
        each.place = "file name";
    }
    return out;
}

} // namespace staffroom::pupil_details
