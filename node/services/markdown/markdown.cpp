#include "node/services/markdown/markdown.hpp"

#include "node/services/markdown/markdown_bounds.hpp"

#include <cmark-gfm.h>

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

void cut_to(std::string& text, std::size_t bytes_max) {
    if (text.size() <= bytes_max)
        return;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
}

std::string_view literal_of(cmark_node* node) {
    const char* const literal = cmark_node_get_literal(node);
    return literal == nullptr ? std::string_view() : literal;
}

/// Begins a block, so that two blocks never join into one phrase that nobody wrote.
void begin_block(std::string& words) {
    if (!words.empty() && !words.ends_with("\n\n"))
        words += "\n\n";
}

/// The tags that end no word where they stand inside of one.
constexpr std::array<std::string_view, 22> inline_tags{
    "a", "abbr", "b",   "bdi",  "bdo", "cite",  "code", "del",    "dfn", "em",  "font",
    "i", "ins",  "kbd", "mark", "s",   "small", "span", "strong", "sub", "sup", "u"};

std::string tag_name(std::string_view tag) {
    tag.remove_prefix(tag.starts_with("</") ? 2 : 1);
    std::string name;
    for (const char c : tag) {
        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z'))
            break;
        name += static_cast<char>(c | 0x20);
    }
    return name;
}

std::string_view space_for_tag(std::string_view tag) {
    const std::string name = tag_name(tag);
    const bool ends_word = std::ranges::find(inline_tags, name) == inline_tags.end() &&
                           name != "wbr" && !tag.starts_with("<!");
    return ends_word ? " " : "";
}

/// Returns a block of HTML without its tags, comments and programs; entities stay.
std::string without_tags(std::string_view html) {
    std::string words;
    while (!html.empty()) {
        const std::size_t begin = std::min(html.find('<'), html.size());
        words += html.substr(0, begin);
        html.remove_prefix(begin);
        if (html.empty())
            break;
        std::string_view end = ">";
        if (html.starts_with("<!--"))
            end = "-->";
        else if (tag_name(html) == "script" && !html.starts_with("</"))
            end = "</script>";
        else if (tag_name(html) == "style" && !html.starts_with("</"))
            end = "</style>";
        const std::size_t found = html.find(end);
        // A browser, too, hides a comment or program that never ends up to the end of the text.
        const std::size_t taken =
            found == std::string_view::npos ? html.size() : found + end.size();
        words += space_for_tag(html);
        html.remove_prefix(taken);
    }
    return words;
}

enum class WithHtml { yes, no };

std::string words_of(cmark_node* root, WithHtml with_html);

/// Returns words of HTML as text. Words inside of tags mean their entities, too, so they are read
/// once more, without any HTML.
std::string words_of_html(std::string_view html) {
    const std::string words = without_tags(html);
    const Markdown inner = parse_markdown(words);
    return words_of(inner.get(), WithHtml::no);
}

void add_words(cmark_node* node, WithHtml with_html, std::string& words) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_CODE:
    case CMARK_NODE_TEXT: words += literal_of(node); break;
    case CMARK_NODE_CODE_BLOCK:
        begin_block(words);
        words += literal_of(node);
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK: words += '\n'; break;
    case CMARK_NODE_HTML_INLINE: words += space_for_tag(literal_of(node)); break;
    case CMARK_NODE_HTML_BLOCK:
        begin_block(words);
        words += with_html == WithHtml::yes ? words_of_html(literal_of(node))
                                            : std::string(literal_of(node));
        break;
    case CMARK_NODE_PARAGRAPH:
    case CMARK_NODE_HEADING: begin_block(words); break;
    default: break;
    }
}

std::string words_of(cmark_node* root, WithHtml with_html) {
    std::string words;
    const MarkdownWalk iterator(cmark_iter_new(root));
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get()))
        if (event == CMARK_EVENT_ENTER)
            add_words(cmark_iter_get_node(iterator.get()), with_html, words);
    return words;
}

} // namespace

void FreeMarkdown::operator()(cmark_node* node) const {
    cmark_node_free(node);
}

void FreeMarkdownWalk::operator()(cmark_iter* walk) const {
    cmark_iter_free(walk);
}

Markdown parse_markdown(std::string_view text) {
    const std::string bounded = bounded_markdown(text);
    return Markdown(cmark_parse_document(bounded.data(), bounded.size(), CMARK_OPT_DEFAULT));
}

std::string plain_words(cmark_node* node, std::size_t bytes_max) {
    std::string words;
    const MarkdownWalk iterator(cmark_iter_new(node));
    for (auto event = cmark_iter_next(iterator.get());
         event != CMARK_EVENT_DONE && words.size() < bytes_max;
         event = cmark_iter_next(iterator.get())) {
        cmark_node* current = cmark_iter_get_node(iterator.get());
        const cmark_node_type type = cmark_node_get_type(current);
        if (event != CMARK_EVENT_ENTER)
            continue;
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            words += literal_of(current);
        if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            words += ' ';
    }
    words = as_written(words);
    cut_to(words, bytes_max);
    return words;
}

std::string address_of(cmark_node* link) {
    const char* const address = cmark_node_get_url(link);
    return address == nullptr ? std::string() : as_written(address);
}

std::string text_as_read(std::string_view markdown) {
    const Markdown document = parse_markdown(markdown);
    return as_written(words_of(document.get(), WithHtml::yes));
}

} // namespace staffroom::services
