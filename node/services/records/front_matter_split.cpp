// Finds where front matter ends and the text begins.
#include "node/services/front_matter/field_names.hpp"
#include "node/services/front_matter/front_matter.hpp"
#include "node/services/front_matter/name_line.hpp"
#include "node/services/records/exported_part.hpp"

#include <optional>

namespace staffroom::services {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_end(std::string_view line) {
    while (!line.empty() && std::string_view(" \t\r\n").find(line.back()) != std::string_view::npos)
        line.remove_suffix(1);
    return line;
}

struct Fences {
    FrontMatterSyntax syntax;
    std::string_view opening;
    std::string_view closing;
    std::string_view other_closing;
};

std::optional<Fences> fences_of(std::string_view line) {
    const std::string_view words = without_end(line);
    if (words == "---")
        return Fences{FrontMatterSyntax::yaml, "---", "---", "..."};
    if (words == "+++")
        return Fences{FrontMatterSyntax::toml, "+++", "+++", "+++"};
    if (words == "{")
        return Fences{FrontMatterSyntax::json, "{", "}", "}"};
    // Hugo and gray-matter write the language behind the fence, or a fence of its own for JSON.
    if (words == ";;;")
        return Fences{FrontMatterSyntax::json, ";;;", ";;;", ";;;"};
    if (words == "---json" || words == "--- json")
        return Fences{FrontMatterSyntax::json, "---", "---", "---"};
    if (words == "---toml" || words == "--- toml")
        return Fences{FrontMatterSyntax::toml, "---", "---", "---"};
    if (words == "---yaml" || words == "--- yaml" || words == "---yml")
        return Fences{FrontMatterSyntax::yaml, "---", "---", "..."};
    return std::nullopt;
}

/// The look of the lines between the fences.
struct Signs {
    std::size_t names = 0;       // lines that begin with a name and a colon
    std::size_t known_names = 0; // names that somebody writes into front matter
    bool begins_with_name = false;
    bool begins_blank = false;
    bool has_prose = false;     // a line that is no name, list or comment
    bool has_paragraph = false; // such a line after a blank one
    bool is_exported = false;
};

/// Tells whether a line may stand between names: part of a list, a value that goes on, the end of a
/// bracket.
bool continues_value(std::string_view line) {
    return line.front() == ' ' || line.front() == '\t' || line == "-" || line.starts_with("- ") ||
           line.starts_with("-\t") || line.front() == ']' || line.front() == '}' ||
           line.front() == '#';
}

Signs signs_of(std::string_view block) {
    Signs signs;
    bool is_first = true;
    bool was_blank = false;
    for (std::size_t at = 0; at < block.size();) {
        const std::string_view whole = line_at(block, at);
        at += whole.size();
        const std::string_view line = without_end(whole);
        signs.is_exported = signs.is_exported || line == export_marker;
        if (line.empty()) {
            signs.begins_blank = signs.begins_blank || is_first;
            was_blank = true;
            is_first = false;
            continue;
        }
        is_first = false;
        if (line.front() == '#')
            continue;
        const auto name = name_line(line);
        // The indented first line of a mapping that is indented as a whole is a name as well.
        const auto inner = name ? name : name_line(line.substr(line.find_first_not_of(" \t")));
        if (signs.names == 0 && !signs.has_prose)
            signs.begins_with_name = inner && inner->name.find(' ') == std::string_view::npos;
        if (name || (inner && signs.names == 0)) {
            ++signs.names;
            signs.known_names += is_known_name(canonical_name(inner->name)) ? 1U : 0U;
            signs.has_prose = signs.has_prose || inner->name.find(' ') != std::string_view::npos;
        } else if (!continues_value(line)) {
            signs.has_prose = true;
            signs.has_paragraph = signs.has_paragraph || was_blank;
        }
        was_blank = false;
    }
    return signs;
}

/// Tells whether a block has names and values, or words between two rules.
bool says_names(std::string_view block) {
    const Signs signs = signs_of(block);
    if (block.empty() || signs.is_exported)
        return true;
    if (without_end(block).find_first_not_of(" \t\r\n") == std::string_view::npos)
        return false;
    if (signs.has_paragraph)
        return signs.begins_with_name && signs.known_names > 1;
    if (signs.begins_blank)
        return signs.known_names > 0 && !signs.has_prose;
    return signs.known_names > 0 || (signs.begins_with_name && !signs.has_prose);
}

bool is_front_matter(FrontMatterSyntax syntax, std::string_view block) {
    switch (syntax) {
    case FrontMatterSyntax::none: return false;
    case FrontMatterSyntax::yaml:
        // A mapping in braces, or names line by line.
        return says_names(block) || (block.starts_with('{') && without_end(block).ends_with('}'));
    case FrontMatterSyntax::toml: return block.empty() || block.find('=') != std::string_view::npos;
    case FrontMatterSyntax::json:
        return block.find("\":") != std::string_view::npos ||
               block.find("\" :") != std::string_view::npos;
    }
    return false;
}

/// Returns where the first line that is not blank begins.
std::size_t first_words(std::string_view file) {
    std::size_t at = file.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    while (at < file.size() && without_end(line_at(file, at)).empty())
        at += line_at(file, at).size();
    return at;
}

struct Found {
    Fences fences;
    std::size_t begin; // of the block
    std::optional<std::size_t> end;
};

std::optional<Found> find_block(std::string_view file) {
    const std::size_t start = first_words(file);
    const std::string_view first = line_at(file, start);
    const auto fences = fences_of(first);
    if (!fences || first.size() == without_end(first).size() || start + first.size() == file.size())
        return std::nullopt;
    Found found{*fences, start + first.size(), std::nullopt};
    for (std::size_t at = found.begin; at < file.size();) {
        const std::string_view line = line_at(file, at);
        const std::string_view words = line.front() == ' ' ? "" : without_end(line);
        if (words == fences->closing || words == fences->other_closing) {
            found.end = at;
            break;
        }
        at += line.size();
    }
    return found;
}

} // namespace

SplitFile split_front_matter(std::string_view file) {
    const auto found = find_block(file);
    const SplitFile all_text{{}, {}, {}, file};
    if (!found || !found->end)
        return all_text;
    const std::string_view block = file.substr(found->begin, *found->end - found->begin);
    if (!is_front_matter(found->fences.syntax, block))
        return all_text;
    const std::string_view closing = line_at(file, *found->end);
    // A file that is nothing but a JSON object is a text about data.
    const bool is_only_json = found->fences.opening == "{" &&
                              without_end(file.substr(*found->end + closing.size())).empty();
    if (is_only_json)
        return all_text;
    return {
        file.substr(0, found->begin),
        block,
        closing,
        file.substr(*found->end + closing.size()),
        found->fences.syntax};
}

std::size_t remarks_at_head(std::string_view text) {
    const auto found = find_block(text);
    if (!found || !found->end || found->fences.syntax != FrontMatterSyntax::yaml)
        return 0;
    const std::string_view block = text.substr(found->begin, *found->end - found->begin);
    for (std::size_t at = 0; at < block.size(); at += line_at(block, at).size())
        if (block[at] != '#')
            return 0;
    return block.empty() ? 0 : *found->end + line_at(text, *found->end).size();
}

bool has_unclosed_front_matter(std::string_view file) {
    const auto found = find_block(file);
    if (!found || found->end || found->fences.syntax == FrontMatterSyntax::json)
        return false;
    const std::string_view head = file.substr(found->begin, 2000);
    const std::size_t blank = head.find("\n\n");
    return is_front_matter(found->fences.syntax, head.substr(0, blank));
}

} // namespace staffroom::services
