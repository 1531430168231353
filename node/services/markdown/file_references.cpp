#include "node/services/markdown/file_references.hpp"

#include "node/services/markdown/file_types.hpp"
#include "node/services/markdown/markdown.hpp"
#include "node/services/markdown/reference_path.hpp"
#include "protocol/base/limits.hpp"

#include <cmark-gfm.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace staffroom::services {
namespace {

using namespace std::string_view_literals;

/// The most beginnings of one kind in one block; no lesson has more.
constexpr std::size_t openers_max = 4000;
constexpr std::size_t references_max = 1000; // more than a record may hold, so that all are named
/// The shortcodes of Hugo and Quarto whose first word is a file.
constexpr std::array shortcodes{"figure"sv, "img"sv, "image"sv, "video"sv, "audio"sv, "pdf"sv};

bool is_alnum(char symbol) {
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z') ||
           (symbol >= '0' && symbol <= '9');
}

/// Replaces comments and code spans by blanks: they refer to nothing.
std::string without_comments_and_code(std::string_view text) {
    std::string out(text);
    for (std::size_t at = out.find("<!--"); at != std::string::npos;
         at = out.find("<!--", at + 1)) {
        const std::size_t end = std::min(out.find("-->", at), out.size());
        std::fill(
            out.begin() + static_cast<std::ptrdiff_t>(at),
            out.begin() + static_cast<std::ptrdiff_t>(end),
            ' '
        );
    }
    std::size_t searches = 0; // ticks without a partner would each be looked for to the end
    constexpr std::size_t searches_max = 1000;
    for (std::size_t at = out.find('`'); at != std::string::npos && ++searches < searches_max;
         at = out.find('`', at)) {
        const std::size_t run = std::min(out.find_first_not_of('`', at), out.size()) - at;
        const std::string ticks(run, '`');
        std::size_t end = out.find(ticks, at + run);
        while (end != std::string::npos && end + run < out.size() && out[end + run] == '`')
            end = out.find(ticks, std::min(out.find_first_not_of('`', end), out.size()));
        if (end != std::string::npos)
            std::fill(
                out.begin() + static_cast<std::ptrdiff_t>(at),
                out.begin() + static_cast<std::ptrdiff_t>(end + run),
                ' '
            );
        at = end == std::string::npos ? at + run : end + run;
    }
    return out;
}

/// Returns the value of `name=` in a tag or shortcode: quoted, in braces, or up to a blank.
std::optional<std::string_view> attribute_in(std::string_view tag, std::string_view name) {
    for (std::size_t at = tag.find(name); at != std::string_view::npos;
         at = tag.find(name, at + 1)) {
        const bool begins = at > 0 && !is_alnum(tag[at - 1]) && tag[at - 1] != '-';
        std::string_view rest = stripped(tag.substr(at + name.size()));
        if (!begins || !rest.starts_with('='))
            continue;
        rest = stripped(rest.substr(1));
        if (rest.starts_with('{'))
            return first_quoted(rest.substr(0, rest.find('}')));
        if (rest.starts_with('"') || rest.starts_with('\''))
            return first_quoted(rest);
        return rest.substr(0, rest.find_first_of(" \t\r\n>"));
    }
    return std::nullopt;
}

/// Tells whether a target of a tag looks like a file: "x" is as likely a slip or a trick.
bool has_ending(std::string_view target) {
    constexpr std::size_t ending_max = 8;
    const std::string ending = ending_of_name(target.substr(0, target.find_first_of("?#")));
    return !ending.empty() && ending.size() <= ending_max && std::ranges::all_of(ending, is_alnum);
}

class ReferenceFinder {
public:
    explicit ReferenceFinder(std::string_view text)
        : text_(text) {
        starts_.push_back(0);
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] == '\n' ||
                (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')))
                starts_.push_back(i + 1);
    }

    void look_at(cmark_node* node) {
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_IMAGE: add(address_of(node), words_of(node), true); break;
        case CMARK_NODE_LINK: add(address_of(node), words_of(node), false); break;
        case CMARK_NODE_HTML_BLOCK: scan(cmark_node_get_literal(node)); break;
        case CMARK_NODE_PARAGRAPH:
        case CMARK_NODE_HEADING: scan(lines_of(node)); break;
        case CMARK_NODE_CODE_BLOCK: scan_directive(cmark_node_get_fence_info(node)); break;
        default: break;
        }
    }

    FileReferences take() { return std::move(found_); }

private:
    [[nodiscard]] bool is_full() const {
        return found_.files.size() + found_.pages.size() >= references_max;
    }

    [[nodiscard]] std::string_view lines_of(cmark_node* node) const {
        const auto place = [&](int line) {
            const auto index = static_cast<std::size_t>(std::max(line, 1)) - 1;
            return index < starts_.size() ? starts_[index] : text_.size();
        };
        const std::size_t begin = place(cmark_node_get_start_line(node));
        const std::size_t end = place(cmark_node_get_end_line(node) + 1);
        return text_.substr(begin, std::max(begin, end) - begin);
    }

    static std::string words_of(cmark_node* node) {
        std::string words;
        for (cmark_node* child = cmark_node_first_child(node);
             child != nullptr && words.size() < reference_bytes_max;
             child = cmark_node_next(child)) {
            const char* literal = cmark_node_get_literal(child);
            if (literal != nullptr)
                words += literal;
            else if (cmark_node_first_child(child) != nullptr)
                words += words_of_one(cmark_node_first_child(child));
            else
                words += ' ';
        }
        return words.substr(0, cut_place(words));
    }

    static std::string words_of_one(cmark_node* node) {
        const char* literal = cmark_node_get_literal(node);
        return literal == nullptr ? std::string() : literal;
    }

    static std::size_t cut_place(const std::string& words) {
        std::size_t end = std::min(words.size(), reference_bytes_max);
        while (end > 0 && end < words.size() &&
               (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U)
            --end;
        return end;
    }

    void
    add(std::string_view written, std::string description, bool is_image, bool is_anywhere = false
    ) {
        if (is_full())
            return;
        FileReference read = read_reference(written, is_image);
        auto& found = read.is_page ? found_.pages : found_.files;
        const auto known = std::ranges::find(found, read.path, &FileReference::path);
        if (known != found.end())
            known->is_image = known->is_image || read.is_image;
        if (read.path.empty() || known != found.end())
            return;
        read.description = std::move(description);
        read.is_anywhere = read.is_anywhere || is_anywhere;
        found.push_back(std::move(read));
    }

    /// Scans what cmark takes for words or for HTML and other programs do not.
    void scan(std::string_view raw) {
        if (is_full() || raw.find_first_of("<[{'\"") == std::string_view::npos)
            return;
        const std::string words = without_comments_and_code(raw);
        scan_between(words, "<", ">", [&](std::string_view inner) { scan_tag(inner); });
        scan_between(words, "[[", "]]", [&](std::string_view inner) { scan_wiki(words, inner); });
        scan_between(words, "{{<", ">}}", [&](std::string_view inner) { scan_shortcode(inner); });
        scan_between(words, "{{%", "%}}", [&](std::string_view inner) { scan_shortcode(inner); });
        scan_between(words, "{%", "%}", [&](std::string_view inner) { scan_include(inner); });
        scan_between(words, "](", "\n", [&](std::string_view rest) { scan_target(words, rest); });
        scan_between(words, "import ", "\n", [&](std::string_view rest) { scan_import(rest); });
        scan_between(words, "require(", ")", [&](std::string_view inner) {
            if (const auto quoted = first_quoted(inner))
                add(*quoted, "", true);
        });
    }

    /// Calls `found` with the text between each `begin` and the `end` after it, or the text's own
    /// end for a line.
    template <class Found>
    static void scan_between(
        std::string_view text, std::string_view begin, std::string_view end, const Found& found
    ) {
        std::size_t tries = 0;
        for (std::size_t at = text.find(begin);
             at != std::string_view::npos && ++tries <= openers_max;
             at = text.find(begin, at + begin.size())) {
            // However many begin, the end of none is looked for further than this.
            const std::string_view near = text.substr(at + begin.size(), 2 * reference_bytes_max);
            const std::size_t stop = near.find(end);
            if (stop != std::string_view::npos || end == "\n")
                found(near.substr(0, stop));
        }
    }

    void scan_tag(std::string_view tag) {
        const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
        if (name.empty() || !is_alnum(name.front()) || name == "script" || name == "link" ||
            name == "iframe")
            return;
        const std::string alternative(attribute_in(tag, "alt").value_or(""));
        if (name == "a" || name == "A") {
            if (const auto target = attribute_in(tag, "href"))
                add(*target, "", false);
            return;
        }
        for (const std::string_view key : {"src"sv, "SRC"sv, "poster"sv, "data"sv})
            if (const auto target = attribute_in(tag, key); target && has_ending(*target))
                add(*target, alternative, true);
        for (const std::string_view key : {"srcset"sv, "srcSet"sv, "SRCSET"sv})
            if (const auto targets = attribute_in(tag, key))
                scan_sources(*targets, alternative);
    }

    /// Scans sources such as "small.png 480w, large.png 2x": each an address and its use.
    void scan_sources(std::string_view targets, const std::string& alternative) {
        while (!targets.empty()) {
            const std::size_t end = std::min(targets.find(','), targets.size());
            const std::string_view one = stripped(targets.substr(0, end));
            const std::string_view target = one.substr(0, one.find_first_of(" \t\r\n"));
            if (has_ending(target))
                add(target, alternative, true);
            targets.remove_prefix(std::min(end + 1, targets.size()));
        }
    }

    /// Scans a wiki link such as ![[x.png|300]] or [[sheet.pdf#page=2]]; without an ending it is
    /// another note.
    void scan_wiki(std::string_view words, std::string_view inner) {
        const auto before = static_cast<std::size_t>(inner.data() - words.data());
        const bool is_embedded = before >= 3 && words[before - 3] == '!';
        const std::string_view target = stripped(inner.substr(0, inner.find_first_of("|#")));
        const auto type = type_of_name(target);
        const bool is_page = is_page_ending(ending_of_name(target));
        const bool is_shown = is_embedded && !is_page && (!type || type->is_shown);
        // [[menus.main]] on a line of its own is a table of TOML.
        const std::size_t after = before + inner.size() + 2;
        const bool is_line = (before < 3 || words[before - 3] == '\n') &&
                             (after >= words.size() || words[after] == '\n');
        const bool is_table = is_line && !is_embedded && !type && !is_page;
        if (!is_table && !ending_of_name(target).empty() &&
            target.find('\n') == std::string_view::npos)
            add(target, "", is_shown, true);
    }

    void scan_shortcode(std::string_view inner) {
        if (inner.starts_with("/*"))
            return; // Hugo shows such a one as it stands
        for (const std::string_view key : {"src"sv, "image"sv, "link"sv, "file"sv})
            if (const auto target = attribute_in(inner, key); target && is_file(key, *target))
                return add(*target, std::string(attribute_in(inner, "alt").value_or("")), true);
        inner = stripped(inner);
        const std::size_t blank = inner.find_first_of(" \t");
        if (blank == std::string_view::npos ||
            std::ranges::find(shortcodes, inner.substr(0, blank)) == shortcodes.end())
            return;
        inner = stripped(inner.substr(blank));
        const bool is_quoted = inner.starts_with('"') || inner.starts_with('\'');
        add(is_quoted ? first_quoted(inner).value_or("") : inner.substr(0, inner.find(' ')),
            "",
            true);
    }

    /// Tells whether a word is a file: "file" and "path" are words of many shortcodes ("code-toggle
    /// file=hugo"), but a file has an ending.
    static bool is_file(std::string_view key, std::string_view target) {
        return key == "src" || key == "image" || key == "image_path" || has_ending(target);
    }

    void scan_include(std::string_view inner) {
        if (inner.starts_with("/*"))
            return;
        for (const std::string_view key : {"image_path"sv, "src"sv, "path"sv, "file"sv, "image"sv})
            if (const auto target = attribute_in(inner, key); target && is_file(key, *target))
                return add(*target, std::string(attribute_in(inner, "alt").value_or("")), true);
    }

    /// Scans a target with spaces or with Liquid in it, which CommonMark takes for words while
    /// editors and Jekyll do not.
    void scan_target(std::string_view words, std::string_view rest) {
        std::size_t depth = 1;
        std::size_t end = 0;
        while (end < rest.size() && depth > 0) {
            depth += rest[end] == '(' ? 1U : 0U;
            depth -= rest[end] == ')' ? 1U : 0U;
            ++end;
        }
        if (depth > 0)
            return;
        std::string_view target = stripped(rest.substr(0, end - 1));
        if (target.starts_with('<') || (target.find(' ') == std::string_view::npos &&
                                        target.find('{') == std::string_view::npos))
            return; // cmark has read it
        if (const std::size_t title = target.find_last_of('"', target.size() - 2);
            target.ends_with('"') && title != std::string_view::npos && title > 0 &&
            target[title - 1] == ' ')
            target = stripped(target.substr(0, title));
        const auto bracket = static_cast<std::size_t>(rest.data() - words.data()) - 2;
        const std::size_t skipped = bracket - std::min(bracket, reference_bytes_max);
        const std::string_view near = words.substr(skipped, bracket - skipped);
        const std::size_t open = near.rfind('[');
        const bool is_image = open != std::string_view::npos && open > 0 && near[open - 1] == '!';
        const std::string plain = without_liquid(target);
        if (is_image || type_of_name(plain))
            add(plain, is_image ? std::string(near.substr(open + 1)) : "", is_image);
    }

    /// Scans an import such as import plan from './img/plan.png'; pages and programs are imported
    /// as well and are not meant.
    void scan_import(std::string_view rest) {
        const std::size_t from = rest.find("from ");
        const auto quoted =
            from == std::string_view::npos ? std::nullopt : first_quoted(rest.substr(from));
        if (quoted && type_of_name(*quoted))
            add(*quoted, "", true);
    }

    /// Scans a directive of MyST, such as ```{figure} img/x.png.
    void scan_directive(const char* info) {
        const std::string_view words = info == nullptr ? "" : info;
        for (const std::string_view name : {"{figure}"sv, "{image}"sv})
            if (words.starts_with(name))
                add(stripped(words.substr(name.size())), "", true);
    }

    std::string_view text_;
    std::vector<std::size_t> starts_;
    FileReferences found_;
};

/// Whether the target of a link is an address of the web or a place in the text itself.
bool leads_away(std::string_view target) {
    return std::ranges::any_of(
        std::array{"http://"sv, "https://"sv, "mailto:"sv, "#"sv},
        [&](std::string_view beginning) { return target.starts_with(beginning); }
    );
}

/// "<https://example.org>": no tag. However many begin, none is looked at further than this.
bool is_address_in_brackets(std::string_view text) {
    const std::string_view inner = text.substr(0, reference_bytes_max);
    const std::size_t end = inner.find_first_of(" \t\r\n\"'>");
    return leads_away(inner) && end != std::string_view::npos && inner[end] == '>';
}

template <class LeadsAway>
bool all_lead_away(std::string_view text, std::string_view begin, const LeadsAway& leads_away_at) {
    for (std::size_t at = text.find(begin); at != std::string_view::npos;
         at = text.find(begin, at + begin.size()))
        if (!leads_away_at(text.substr(at + begin.size())))
            return false;
    return true;
}

} // namespace

bool may_name_files(std::string_view text) {
    // Links, images, tags, shortcodes and directives have a bracket; imports of MDX have a word.
    const bool has_word = text.find("import ") != std::string_view::npos ||
                          text.find("require(") != std::string_view::npos;
    return has_word || text.find('{') != std::string_view::npos ||
           text.find("[[") != std::string_view::npos || text.find("]:") != std::string_view::npos ||
           !all_lead_away(text, "](", leads_away) ||
           !all_lead_away(text, "<", is_address_in_brackets);
}

FileReferences find_file_references(cmark_node* document, std::string_view text) {
    struct FreeIterator {
        void operator()(cmark_iter* iterator) const { cmark_iter_free(iterator); }
    };
    ReferenceFinder finder(text);
    const std::unique_ptr<cmark_iter, FreeIterator> iterator(cmark_iter_new(document));
    for (auto event = cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator.get()))
        if (event == CMARK_EVENT_ENTER)
            finder.look_at(cmark_iter_get_node(iterator.get()));
    return finder.take();
}

FileReferences file_references_in(std::string_view text) {
    if (text.size() > limits::text_bytes_max)
        return {};
    return find_file_references(parse_markdown(text).get(), text);
}

} // namespace staffroom::services
