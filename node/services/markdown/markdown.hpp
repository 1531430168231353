// Markdown by any author, read with cmark-gfm (core only). A text could be written to keep a thread
// busy for long, so it is bounded first. Not here: the meaning of headings and files
// (services/markdown/sections), the words of a search (services/markdown/search_text).
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct cmark_iter;
struct cmark_node;

namespace staffroom::services {

struct FreeMarkdown {
    void operator()(cmark_node* node) const;
};
using Markdown = std::unique_ptr<cmark_node, FreeMarkdown>;
struct FreeMarkdownWalk {
    void operator()(cmark_iter* walk) const;
};
using MarkdownWalk = std::unique_ptr<cmark_iter, FreeMarkdownWalk>;

/// Parses a text. Lines of nodes are those of `text`; read words and addresses with `plain_words`
/// and `address_of`. Cost: linear.
[[nodiscard]] Markdown parse_markdown(std::string_view text);

/// Returns the words of a node and its descendants in one line, without markup; at most `bytes_max`
/// bytes.
[[nodiscard]] std::string plain_words(cmark_node* node, std::size_t bytes_max);
/// Returns where a link or an image leads.
[[nodiscard]] std::string address_of(cmark_node* link);

/// Returns a whole text as a person reads it: no signs of markup, no tags and comments, entities as
/// the characters that they mean, a blank line between two blocks.
[[nodiscard]] std::string text_as_read(std::string_view markdown);

} // namespace staffroom::services
