#include "node/http/plain/text/prose.hpp"

#include "node/http/answers/query.hpp"
#include "node/services/markdown/markdown.hpp"
#include "node/services/markdown/markdown_bounds.hpp"

#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

namespace staffroom::http::plain {
namespace {

constexpr int deepest_heading = 5;
constexpr std::size_t alt_bytes_max = 2000;

using services::Markdown;
using services::MarkdownWalk;

std::string literal_text(cmark_node* node) {
    const char* const literal = cmark_node_get_literal(node);
    return literal == nullptr ? std::string() : services::as_written(literal);
}

std::vector<cmark_node*> nodes_of(cmark_node* root) {
    std::vector<cmark_node*> nodes;
    const MarkdownWalk walk(cmark_iter_new(root));
    for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(walk.get()))
        if (event == CMARK_EVENT_ENTER)
            nodes.push_back(cmark_iter_get_node(walk.get()));
    return nodes;
}

cmark_node* text_node(const std::string& words) {
    cmark_node* const text = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(text, words.c_str());
    return text;
}

void put_in_place(cmark_node* old, cmark_node* other) {
    cmark_node_replace(old, other);
    cmark_node_free(old);
}

/// Takes the signs back that stood for markup, and makes words of raw HTML.
void settle_words(cmark_node* root) {
    for (cmark_node* node : nodes_of(root)) {
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_TEXT:
        case CMARK_NODE_CODE:
        case CMARK_NODE_CODE_BLOCK: cmark_node_set_literal(node, literal_text(node).c_str()); break;
        case CMARK_NODE_HTML_INLINE: put_in_place(node, text_node(literal_text(node))); break;
        case CMARK_NODE_HTML_BLOCK: {
            cmark_node* const paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
            cmark_node_append_child(paragraph, text_node(literal_text(node)));
            put_in_place(node, paragraph);
            break;
        }
        default: break;
        }
    }
}

/// The first level of a text becomes the second one of the page, whatever its author began with,
/// and none is left out on the way down: who listens to a page goes by its levels.
void settle_headings(cmark_node* root) {
    std::vector<cmark_node*> headings = nodes_of(root);
    std::erase_if(headings, [](cmark_node* node) {
        return cmark_node_get_type(node) != CMARK_NODE_HEADING;
    });
    int least = deepest_heading;
    for (cmark_node* heading : headings)
        least = std::min(least, cmark_node_get_heading_level(heading));
    int last = 1;
    for (cmark_node* heading : headings) {
        const int wanted = cmark_node_get_heading_level(heading) - least + 2;
        last = std::min({wanted, last + 1, deepest_heading});
        cmark_node_set_heading_level(heading, last);
    }
}

bool begins_with(std::string_view text, std::string_view beginning) {
    return text.size() >= beginning.size() &&
           std::ranges::equal(text.substr(0, beginning.size()), beginning, [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
           });
}

bool is_elsewhere(std::string_view address) {
    return address.starts_with("//") ||
           address.substr(0, address.find_first_of("/?#")).find(':') != std::string_view::npos;
}

std::string file_name_of(const std::string& address) {
    std::string name = percent_decoded(address, false).value_or(address);
    return name.starts_with("./") ? name.substr(2) : name;
}

/// Returns where a link may lead; empty: nowhere.
std::string safe_address(const std::string& address, const ProseFiles& files) {
    if (begins_with(address, "https:") || begins_with(address, "http:") ||
        begins_with(address, "mailto:"))
        return address;
    return is_elsewhere(address) ? std::string() : files.address(file_name_of(address));
}

void settle_links(cmark_node* root, const ProseFiles& files) {
    for (cmark_node* node : nodes_of(root)) {
        if (cmark_node_get_type(node) != CMARK_NODE_LINK)
            continue;
        const std::string address = safe_address(services::address_of(node), files);
        cmark_node_set_title(node, "");
        cmark_node_set_url(node, address.c_str());
        if (!address.empty())
            continue;
        while (cmark_node* const child = cmark_node_first_child(node))
            cmark_node_insert_before(node, child);
        cmark_node_free(node);
    }
}

/// A picture in the words of another one goes with it, so only the outer ones are asked.
std::vector<cmark_node*> outer_images(cmark_node* root) {
    std::vector<cmark_node*> images;
    const MarkdownWalk walk(cmark_iter_new(root));
    for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(walk.get())) {
        cmark_node* const node = cmark_iter_get_node(walk.get());
        if (event != CMARK_EVENT_ENTER || cmark_node_get_type(node) != CMARK_NODE_IMAGE)
            continue;
        images.push_back(node);
        cmark_iter_reset(walk.get(), node, CMARK_EVENT_EXIT);
    }
    return images;
}

void settle_images(cmark_node* root, const ProseFiles& files) {
    for (cmark_node* image : outer_images(root)) {
        const std::string source = services::address_of(image);
        const std::string description = services::plain_words(image, alt_bytes_max);
        const bool is_away = is_elsewhere(source);
        const std::string address = is_away ? "" : files.address(file_name_of(source));
        if (address.empty()) {
            put_in_place(image, text_node("[" + files.absent(description, is_away) + "]"));
            continue;
        }
        cmark_node_set_url(image, address.c_str());
        cmark_node_set_title(image, "");
    }
}

} // namespace

Html prose(std::string_view markdown, const ProseFiles& files) {
    const Markdown document = services::parse_markdown(markdown);
    settle_words(document.get());
    settle_headings(document.get());
    settle_links(document.get(), files);
    settle_images(document.get(), files);
    // Without CMARK_OPT_UNSAFE it leaves out raw HTML and addresses that run something, too.
    const std::unique_ptr<char, decltype(&std::free)> made(
        cmark_render_html(document.get(), CMARK_OPT_DEFAULT, nullptr), &std::free
    );
    return Html::rendered(made ? std::string(made.get()) : std::string());
}

} // namespace staffroom::http::plain
