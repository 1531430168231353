#include "node/services/markdown/record_title.hpp"

#include "node/services/front_matter/field_names.hpp"
#include "node/services/text/visible_words.hpp"
#include "protocol/records/rules.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

constexpr std::size_t first_words_characters_max = 60;

/// The names that a thousand files have.
constexpr auto common_names = std::to_array<std::string_view>(
    {"index",
     "-index",
     "readme",
     "untitled",
     "unnamed",
     "document",
     "page",
     "stdin",
     "new",
     "default",
     "home",
     "content",
     "text",
     "note",
     "message",
     "draft"}
);

bool is_common(std::string_view stem) {
    return std::ranges::find(common_names, canonical_name(stem)) != common_names.end();
}

std::string_view last_part(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view stem_of(std::string_view path) {
    std::string_view name = last_part(path);
    if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos && dot > 0)
        name = name.substr(0, dot);
    return name;
}

/// Returns a name with blanks. A name that has blanks is a title already: "From standard
/// note-taking".
std::string spaced(std::string_view name) {
    std::string title(name);
    if (title.find(' ') != std::string::npos)
        return one_line(title);
    std::ranges::replace(title, '-', ' ');
    std::ranges::replace(title, '_', ' ');
    return one_line(title);
}

std::string title_without_tags(std::string_view html) {
    std::string words;
    while (!html.empty()) {
        const std::size_t begin = std::min(html.find('<'), html.size());
        words += html.substr(0, begin);
        const std::size_t end = html.find('>', begin);
        if (end == std::string_view::npos)
            break;
        html.remove_prefix(end + 1);
    }
    for (const auto& [written, meant] :
         {std::pair<std::string_view, std::string_view>{"&nbsp;", " "},
          {"&lt;", "<"},
          {"&gt;", ">"},
          {"&quot;", "\""},
          {"&#39;", "'"},
          {"&amp;", "&"}})
        for (std::size_t at = words.find(written); at != std::string::npos;
             at = words.find(written, at + meant.size()))
            words.replace(at, written.size(), meant);
    return one_line(words);
}

} // namespace

std::string heading_title(std::string_view words) {
    std::string title = one_line(words);
    // {#anchor}, {.class} and {-} behind a heading are Pandoc's and Docusaurus' own.
    const std::size_t brace = title.rfind('{');
    if (title.ends_with('}') && brace != std::string::npos && brace + 2 < title.size() &&
        std::string_view("#.-/").find(title[brace + 1]) != std::string_view::npos)
        title = one_line(std::string_view(title).substr(0, brace));
    return title;
}

std::string html_title(std::string_view html) {
    for (std::size_t at = html.find("<h1"); at != std::string_view::npos;
         at = html.find("<h1", at + 3)) {
        const std::size_t begin = html.find('>', at);
        const std::size_t end = html.find("</h1", at);
        if (begin == std::string_view::npos || end == std::string_view::npos)
            return {};
        if (begin < end)
            if (std::string title = title_without_tags(html.substr(begin + 1, end - begin - 1));
                !title.empty())
                return title;
    }
    return {};
}

std::string percent_title(std::string_view text) {
    if (!text.starts_with("% "))
        return {};
    return one_line(text.substr(2, std::min(text.find_first_of("\r\n"), text.size()) - 2));
}

std::string path_day(std::string_view path) {
    constexpr std::size_t day_characters = 10;
    const std::string_view day = stem_of(path).substr(0, day_characters);
    return records::is_real_date(day) ? std::string(day) : std::string();
}

std::string path_title(std::string_view path) {
    std::string_view stem = stem_of(path);
    if (is_common(stem)) {
        const std::size_t slash = path.rfind('/');
        if (slash == std::string_view::npos || slash == 0)
            return {};
        stem = last_part(path.substr(0, slash));
        if (stem == "." || stem == ".." || is_common(stem))
            return {};
    }
    const bool is_spaced = stem.find(' ') != std::string_view::npos;
    if (const std::string day = path_day(path);
        !is_spaced && !day.empty() && stem.size() > day.size() + 1)
        stem.remove_prefix(day.size());
    return spaced(stem);
}

std::string words_title(std::string_view paragraph) {
    std::string words = one_line(paragraph);
    // A short first sentence is a title by itself.
    const std::size_t end = words.find_first_of(".!?\n");
    if (end != std::string::npos && end >= 12 && end + 1 < words.size() && words[end + 1] == ' ')
        words.resize(end + (words[end] == '.' ? 0 : 1));
    return shortened(words, first_words_characters_max);
}

std::string shortened(const std::string& text, std::size_t characters_max) {
    if (records::character_count(text) <= characters_max)
        return text;
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && ++count == characters_max)
            break;
    }
    const std::size_t space = text.rfind(' ', end);
    if (space != std::string::npos && space + 60 > end && space > 0)
        end = space;
    return text.substr(0, end) + "\u2026";
}

} // namespace staffroom::services
