#include "node/services/markdown/sections.hpp"

#include "node/services/markdown/markdown.hpp"
#include "node/services/markdown/record_title.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/fields.hpp"
#include "protocol/wire/codec_records.hpp"

#include <cmark-gfm.h>

#include <algorithm>
#include <memory>

namespace staffroom::services {
namespace {

constexpr std::size_t description_bytes_max = 1000;

/// Returns where each line begins, and the end of the text. Lines end as in CommonMark 2.1: LF, CR
/// LF or CR.
std::vector<std::size_t> line_starts(std::string_view text) {
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_cr_lf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] == '\n' || (text[i] == '\r' && !is_cr_lf))
            starts.push_back(i + 1);
    }
    if (starts.back() != text.size())
        starts.push_back(text.size());
    return starts;
}

std::size_t offset_of_line(const std::vector<std::size_t>& starts, std::size_t line) {
    return starts[std::min(line - 1, starts.size() - 1)];
}

/// Returns one line without the spaces around it.
std::string_view
stripped_line(std::string_view text, const std::vector<std::size_t>& starts, std::size_t line) {
    const std::size_t begin = offset_of_line(starts, line);
    std::string_view words = text.substr(begin, offset_of_line(starts, line + 1) - begin);
    while (!words.empty() &&
           std::string_view(" \t\r\n").find(words.back()) != std::string_view::npos)
        words.remove_suffix(1);
    words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
    return words;
}

/// Returns the line after the heading that starts in `line`. The parser's own end of an underlined
/// heading is one line too far unless the text ends there, so the underline is looked for: no line
/// of such a heading's words can be one.
std::size_t line_after_heading(
    std::string_view text, const std::vector<std::size_t>& starts, std::size_t line
) {
    const std::string_view first = stripped_line(text, starts, line);
    const std::size_t marks = std::min(first.find_first_not_of('#'), first.size());
    const bool is_marked = marks > 0 && marks <= 6 &&
                           (marks == first.size() || first[marks] == ' ' || first[marks] == '\t');
    if (is_marked)
        return line + 1;
    for (std::size_t at = line + 1; at < starts.size(); ++at) {
        const std::string_view words = stripped_line(text, starts, at);
        if (!words.empty() && (words.find_first_not_of('=') == std::string_view::npos ||
                               words.find_first_not_of('-') == std::string_view::npos))
            return at + 1;
    }
    return line + 1;
}

struct Heading {
    int level;
    std::size_t begin;
    std::size_t content;
    std::uint32_t code;
    bool has_words; // something but comments stands below it, headings apart
};

/// Tells whether a block says nothing: a comment, such as the question of a template that nobody
/// answered.
bool is_comment(cmark_node* node) {
    if (cmark_node_get_type(node) != CMARK_NODE_HTML_BLOCK)
        return false;
    std::string_view rest = cmark_node_get_literal(node);
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
        if (rest.empty())
            return true;
        const std::size_t end = rest.find("-->");
        if (!rest.starts_with("<!--") || end == std::string_view::npos)
            return false;
        rest.remove_prefix(end + 3);
    }
}

std::vector<records::Section>
as_sections(const std::vector<Heading>& headings, std::size_t text_bytes) {
    std::vector<records::Section> sections;
    for (std::size_t i = 0; i < headings.size(); ++i) {
        const Heading& heading = headings[i];
        const auto next = std::find_if(
            headings.begin() + static_cast<std::ptrdiff_t>(i) + 1,
            headings.end(),
            [&](const Heading& later) { return later.level <= heading.level; }
        );
        const bool says_something = std::any_of(
            headings.begin() + static_cast<std::ptrdiff_t>(i),
            next,
            [](const Heading& each) { return each.has_words; }
        );
        if (!says_something)
            continue;
        const std::size_t end = next == headings.end() ? text_bytes : next->begin;
        sections.push_back(
            {heading.code,
             static_cast<std::uint32_t>(heading.begin),
             static_cast<std::uint32_t>(heading.content),
             static_cast<std::uint32_t>(std::max(end, heading.content))}
        );
    }
    return sections;
}

} // namespace

Result<TextShape> read_shape(std::string_view text, records::RecordKind kind) {
    if (text.size() > limits::text_bytes_max)
        return fail(Errc::too_large, "The text is larger than 256 KiB.");
    const std::vector<std::size_t> starts = line_starts(text);
    const Markdown document = parse_markdown(text);
    TextShape shape;
    std::vector<Heading> headings;
    // A heading of the first level is the title, also where a list of contents stands before it.
    bool has_main_heading = false;
    const auto take_heading = [&](std::string title, bool is_main) {
        if (has_main_heading || title.empty() || (!is_main && !shape.first_heading.empty()))
            return;
        shape.first_heading = std::move(title);
        has_main_heading = is_main;
    };
    for (cmark_node* node = cmark_node_first_child(document.get()); node != nullptr;
         node = cmark_node_next(node)) {
        const cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_PARAGRAPH && shape.first_paragraph.empty())
            shape.first_paragraph = plain_words(node, paragraph_bytes_max);
        if (type != CMARK_NODE_HEADING && !headings.empty() && !is_comment(node))
            headings.back().has_words = true;
        if (type == CMARK_NODE_HTML_BLOCK && !has_main_heading)
            take_heading(html_title(cmark_node_get_literal(node)), true);
        if (type != CMARK_NODE_HEADING || headings.size() == wire::sections_max)
            continue;
        const std::string words = plain_words(node, description_bytes_max);
        take_heading(heading_title(words), cmark_node_get_heading_level(node) == 1);
        const records::FieldFacts* section = records::find_section(kind, words);
        const auto line = static_cast<std::size_t>(std::max(cmark_node_get_start_line(node), 1));
        headings.push_back(
            {cmark_node_get_heading_level(node),
             offset_of_line(starts, line),
             offset_of_line(starts, line_after_heading(text, starts, line)),
             section == nullptr ? 0U : static_cast<std::uint32_t>(section->code),
             false}
        );
    }
    shape.sections = as_sections(headings, text.size());
    if (!may_name_files(text))
        return shape;
    FileReferences references = find_file_references(document.get(), text);
    shape.files = std::move(references.files);
    shape.pages = std::move(references.pages);
    return shape;
}

} // namespace staffroom::services
