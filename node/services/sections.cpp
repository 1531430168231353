#include "node/services/sections.hpp"

#include "node/services/record_title.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/records/fields.hpp"
#include "protocol/wire/codec_records.hpp"

#include <cmark-gfm.h>

#include <algorithm>
#include <memory>

namespace staffroom::services {
namespace {

// A hostile table of a few kilobytes keeps the parser busy for seconds; (pipes + 1) * lines below
// this does not.
constexpr std::size_t table_cells_max = 200'000;
constexpr std::size_t files_max = 64;
constexpr std::size_t description_bytes_max = 1000;

struct FreeNode {
    void operator()(cmark_node* node) const { cmark_node_free(node); }
};
struct FreeIterator {
    void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
};
using Document = std::unique_ptr<cmark_node, FreeNode>;
using Iterator = std::unique_ptr<cmark_iter, FreeIterator>;

/// Where each line begins, and the end of the text. Lines end as in CommonMark 2.1: LF, CR LF or
/// CR.
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

bool has_too_many_cells(std::string_view text, std::size_t lines) {
    std::size_t most = 0;
    std::size_t pipes = 0;
    for (const char c : text) {
        if (c == '|')
            most = std::max(most, ++pipes);
        if (c == '\n' || c == '\r')
            pipes = 0;
    }
    return (most + 1) * lines > table_cells_max;
}

void cut_to(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max)
        return;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
}

/// The words of a node and its descendants, without markup.
std::string plain_words(cmark_node* node, std::size_t bytes_max) {
    std::string words;
    const Iterator iterator(cmark_iter_new(node));
    for (auto event = cmark_iter_next(iterator.get());
         event != CMARK_EVENT_DONE && words.size() < bytes_max;
         event = cmark_iter_next(iterator.get())) {
        cmark_node* current = cmark_iter_get_node(iterator.get());
        const cmark_node_type type = cmark_node_get_type(current);
        if (event != CMARK_EVENT_ENTER)
            continue;
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            words += cmark_node_get_literal(current);
        if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            words += ' ';
    }
    cut_to(words, bytes_max);
    return words;
}

std::size_t offset_of_line(const std::vector<std::size_t>& starts, std::size_t line) {
    return starts[std::min(line - 1, starts.size() - 1)];
}

/// One line without the spaces around it.
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

/// The line after the heading that starts in `line`. The parser's own end of an underlined heading
/// is one line too far unless the text ends there, so the underline is looked for: no line of such
/// a heading's words can be one.
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

/// Whether a block says nothing: a comment, such as the question of a template that nobody
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

/// Whether a path names a file beside the document rather than a place on the web or in the text.
bool is_relative_file(std::string_view path) {
    return !path.empty() && path.front() != '/' && path.front() != '#' &&
           path.find(':') == std::string_view::npos && path.find('\\') == std::string_view::npos;
}

/// A link to another page is a reference between records, not a file to carry.
bool is_page(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    return name.find('.') == std::string_view::npos || name.ends_with(".md") ||
           name.ends_with(".markdown") || name.ends_with(".html") || name.ends_with(".htm");
}

void add_file(std::vector<FileReference>& files, cmark_node* node, bool is_image) {
    std::string_view path = cmark_node_get_url(node);
    path = path.substr(0, path.find_first_of("?#"));
    if (files.size() == files_max || !is_relative_file(path) || (!is_image && is_page(path)))
        return;
    if (std::ranges::find(files, path, &FileReference::path) != files.end())
        return;
    files.push_back({std::string(path), plain_words(node, description_bytes_max), is_image});
}

std::vector<FileReference> find_files(cmark_node* document) {
    std::vector<FileReference> files;
    const Iterator iterator(cmark_iter_new(document));
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get())) {
        cmark_node* node = cmark_iter_get_node(iterator.get());
        const cmark_node_type type = cmark_node_get_type(node);
        if (event == CMARK_EVENT_ENTER && (type == CMARK_NODE_IMAGE || type == CMARK_NODE_LINK))
            add_file(files, node, type == CMARK_NODE_IMAGE);
    }
    return files;
}

} // namespace

Result<TextShape> read_shape(std::string_view text, records::RecordKind kind) {
    if (text.size() > limits::text_bytes_max)
        return fail(Errc::too_large, "The text is larger than 256 KiB.");
    const std::vector<std::size_t> starts = line_starts(text);
    if (has_too_many_cells(text, starts.size()))
        return fail(Errc::too_large, "The text has too many table cells to look for headings.");
    const Document document(cmark_parse_document(text.data(), text.size(), CMARK_OPT_DEFAULT));
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
    shape.files = find_files(document.get());
    return shape;
}

} // namespace staffroom::services
