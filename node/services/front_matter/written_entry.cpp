#include "node/services/front_matter/written_entry.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/front_matter/name_line.hpp"
#include "node/services/front_matter/written_toml.hpp"
#include "node/services/text/visible_words.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

bool is_indented(std::string_view line) {
    return !line.empty() && (line.front() == ' ' || line.front() == '\t');
}

bool is_list_line(std::string_view words) {
    return words == "-" || words.starts_with("- ") || words.starts_with("-\t");
}

/// Reads "name = value"; a line of a table is no such line.
std::optional<NameLine> equals_line(std::string_view line) {
    const std::size_t at = line.find('=');
    if (at == std::string_view::npos || line.front() == '#' || line.front() == '[')
        return std::nullopt;
    std::string_view name = trimmed_to_visible(line.substr(0, at));
    if (name.size() > 2 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
    if (name.empty() || name.find(' ') != std::string_view::npos)
        return std::nullopt;
    return NameLine{name, line.substr(at + 1)};
}

/// Tells whether a line continues the lines before it.
bool goes_on(std::string_view line) {
    return is_indented(line) || is_list_line(line) || line.front() == ']' || line.front() == '}';
}

std::size_t indent_of(std::string_view line) {
    return std::min(line.find_first_not_of(" \t"), line.size());
}

/// Tells whether an indented line below a name with a value is a name of its own: it cannot mean a
/// part of the value.
bool is_name_of_its_own(const WrittenEntry& before, std::string_view line) {
    const auto named = name_line(line.substr(indent_of(line)));
    if (!named)
        return false;
    const std::string name = canonical_name(named->name);
    const std::string_view rest = trimmed_to_visible(before.rest);
    if (indent_of(line) == indent_of(before.lines.front()))
        return true;
    if (rest.empty() || std::string_view("|>[{").find(rest.front()) != std::string_view::npos)
        return false;
    if (is_known_name(name) || rest.front() == '"' || rest.front() == '\'')
        return true;
    return !takes_sentence(canonical_name(before.name)) &&
           named->name.find(' ') == std::string_view::npos;
}

std::string joined_lines(const WrittenEntry& entry, bool is_without_tabs) {
    std::string text;
    for (const std::string_view line : entry.lines) {
        std::size_t at = 0;
        for (; is_without_tabs && at < line.size() && (line[at] == ' ' || line[at] == '\t'); ++at)
            text += line[at] == '\t' ? "  " : " ";
        text += line.substr(at);
    }
    return text;
}

std::optional<ReadEntry> parsed_entry(const WrittenEntry& entry, char mark, bool is_without_tabs) {
    const std::string text = joined_lines(entry, is_without_tabs);
    const auto tree = mark == '=' ? read_toml_map(text) : read_yaml_map(text);
    if (!tree || tree->values.front().inner.size() != 1)
        return std::nullopt;
    const auto& [name, place] = tree->values.front().inner.front();
    if (name != entry.name || tree->values[place].is_odd)
        return std::nullopt;
    Understood found = understand(*tree, place);
    return ReadEntry{std::move(found.values), found.is_list, found.is_unread};
}

/// Returns the lines below a name, each without the signs around it.
std::vector<std::string_view> words_below(const WrittenEntry& entry) {
    std::vector<std::string_view> words;
    for (std::size_t i = 1; i < entry.lines.size(); ++i)
        if (const auto line = trimmed_to_visible(entry.lines[i]); !line.empty())
            words.push_back(line);
    return words;
}

std::size_t count_of(std::string_view text, std::string_view mark) {
    std::size_t count = 0;
    for (std::size_t at = text.find(mark); at != std::string_view::npos;
         at = text.find(mark, at + mark.size()))
        ++count;
    return count;
}

struct CurlyPair {
    std::string_view opening;
    std::string_view closing;
};
constexpr std::array curly_pairs{
    CurlyPair{"\u201c", "\u201d"},
    CurlyPair{"\u201e", "\u201c"},
    CurlyPair{"\u201e", "\u201d"},
    CurlyPair{"\u201d", "\u201d"},
    CurlyPair{"\u2018", "\u2019"},
    CurlyPair{"\u201a", "\u2018"}};

} // namespace

std::string_view without_line_end(std::string_view line) {
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r'))
        line.remove_suffix(1);
    return line;
}

std::vector<WrittenEntry> entries_of(const std::vector<std::string_view>& lines, char mark) {
    std::vector<WrittenEntry> entries;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = without_line_end(lines[i]);
        const bool is_blank = trimmed_to_visible(line).empty();
        const bool is_remark = !is_blank && line.front() == '#';
        const bool has_owner = !entries.empty() && !entries.back().name.empty();
        if (mark == '=' && !is_blank && line.front() == '[')
            break; // what follows belongs to a table
        if (is_remark || (is_blank && !has_owner))
            continue;
        const bool is_stray = has_owner && mark == ':' && !is_blank && is_indented(line) &&
                              is_name_of_its_own(entries.back(), line);
        if (has_owner && !is_stray && (is_blank || goes_on(line))) {
            entries.back().lines.push_back(lines[i]);
            continue;
        }
        const std::string_view words = line.substr(line.find_first_not_of(" \t"));
        const auto named = mark == '=' ? equals_line(words) : name_line(words);
        entries.push_back(
            {named ? named->name : std::string_view{},
             named ? named->rest : std::string_view{},
             {lines[i]},
             i + 1,
             is_stray && indent_of(line) != indent_of(entries.back().lines.front())}
        );
    }
    return entries;
}

bool takes_sentence(std::string_view canonical) {
    return canonical == "title" || canonical == "summary" || canonical == "description" ||
           canonical == "subtitle";
}

ReadEntry read_entry(const WrittenEntry& entry, char mark) {
    for (const bool is_without_tabs : {false, true})
        if (auto parsed = parsed_entry(entry, mark, is_without_tabs))
            return std::move(*parsed);
    const std::string_view rest = trimmed_to_visible(entry.rest);
    const std::vector<std::string_view> below = words_below(entry);
    const bool is_open_list =
        rest.starts_with('[') && std::ranges::none_of(entry.lines, [](std::string_view line) {
            return line.find(']') != std::string_view::npos;
        });
    if (is_open_list)
        return {{}, true, true, false, true};
    if (rest.empty() && std::ranges::all_of(below, is_list_line)) {
        ReadEntry read{{}, true};
        for (const std::string_view words : below)
            read.values.push_back(unquoted(words.substr(1)).words);
        return read;
    }
    const bool is_plain_block = std::ranges::none_of(below, [&](std::string_view words) {
        return is_list_line(words) || (rest.empty() && name_line(words).has_value());
    });
    if (!is_plain_block || (rest.empty() && below.empty()))
        return {{}, false, !below.empty()};
    const bool is_block = !rest.empty() && (rest.front() == '|' || rest.front() == '>') &&
                          rest.size() <= 3 && !below.empty();
    std::string words(is_block ? std::string_view{} : rest);
    for (const std::string_view line : below)
        words += (words.empty() ? "" : " ") + std::string(line);
    Unquoted value = unquoted(words);
    return {{std::move(value.words)}, false, false, value.is_unclosed};
}

Unquoted unquoted(std::string_view value) {
    value = trimmed_to_visible(value);
    if (value.size() < 2 || (value.front() != '"' && value.front() != '\''))
        return {without_curly(value), false};
    const char quote = value.front();
    if (value.back() == quote) {
        std::string words(value.substr(1, value.size() - 2));
        for (std::size_t at = words.find("''"); quote == '\'' && at != std::string::npos;
             at = words.find("''", at + 1))
            words.erase(at, 1);
        return {std::move(words), false};
    }
    if (std::ranges::count(value, quote) > 1)
        return {std::string(value), false};
    return {std::string(trimmed_to_visible(value.substr(1))), true};
}

std::string without_curly(std::string_view value) {
    for (const auto& [opening, closing] : curly_pairs) {
        const std::size_t marks = opening.size() + closing.size();
        if (value.size() <= marks || !value.starts_with(opening) || !value.ends_with(closing))
            continue;
        const std::string_view inner = value.substr(opening.size(), value.size() - marks);
        // The single one is an apostrophe, too.
        if (count_of(inner, opening) == 0 && (closing == "\u2019" || count_of(inner, closing) == 0))
            return std::string(inner);
    }
    return std::string(value);
}

} // namespace staffroom::services
