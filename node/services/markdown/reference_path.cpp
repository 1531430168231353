#include "node/services/markdown/reference_path.hpp"

#include "node/services/markdown/file_types.hpp"
#include "node/services/text/file_names.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

using namespace std::string_view_literals;

constexpr std::array page_endings{
    "md"sv,   "markdown"sv, "mdown"sv, "mkd"sv,   "mkdn"sv,  "mdwn"sv, "mdx"sv, "qmd"sv, "rmd"sv,
    "html"sv, "htm"sv,      "xhtml"sv, "php"sv,   "asp"sv,   "aspx"sv, "jsp"sv, "cgi"sv, "rst"sv,
    "adoc"sv, "org"sv,      "xml"sv,   "shtml"sv, "ipynb"sv, "atom"sv, "rss"sv};
constexpr std::array top_domains{"com"sv, "org"sv, "net"sv, "edu"sv, "gov"sv, "int"sv, "info"sv,
                                 "io"sv,  "eu"sv,  "uk"sv,  "de"sv,  "fr"sv,  "es"sv,  "it"sv,
                                 "nl"sv,  "pl"sv,  "se"sv,  "no"sv,  "fi"sv,  "dk"sv,  "at"sv,
                                 "ch"sv,  "be"sv,  "ie"sv,  "us"sv,  "ca"sv,  "au"sv,  "nz"sv,
                                 "jp"sv,  "cn"sv,  "in"sv,  "br"sv,  "za"sv,  "ru"sv,  "tv"sv};

template <class List> bool stands_in(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

bool is_ascii_word(char symbol) {
    return (symbol >= 'a' && symbol <= 'z') || (symbol >= 'A' && symbol <= 'Z') ||
           (symbol >= '0' && symbol <= '9');
}

/// Tells whether a text has a scheme, "https:", "mailto:", "C:": letters, digits and signs before a
/// colon, as RFC 3986 3.1 has it.
bool has_scheme(std::string_view text) {
    const std::size_t colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && !(text[0] >= '0' && text[0] <= '9') &&
           std::ranges::all_of(text.substr(0, colon), [](char symbol) {
               return is_ascii_word(symbol) || symbol == '+' || symbol == '-' || symbol == '.';
           });
}

/// Tells whether a path names a host, "www.example.org", "example.org/a.png": a reader takes it for
/// a place on the web.
bool names_a_host(std::string_view path) {
    const std::string_view host = path.substr(0, path.find('/'));
    const bool is_hostlike =
        !host.empty() && host.front() != '.' && std::ranges::all_of(host, [](char symbol) {
            return is_ascii_word(symbol) || symbol == '.' || symbol == '-';
        });
    const bool is_known = host.starts_with("www.") || stands_in(top_domains, ending_of_name(host));
    return is_hostlike && is_known;
}

} // namespace

std::string_view stripped(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    while (!text.empty() && blanks.find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    return text;
}

std::optional<std::string_view> first_quoted(std::string_view text) {
    const std::size_t begin = text.find_first_of("\"'`");
    if (begin == std::string_view::npos)
        return std::nullopt;
    const std::size_t end = text.find(text[begin], begin + 1);
    if (end == std::string_view::npos)
        return std::nullopt;
    return text.substr(begin + 1, end - begin - 1);
}

std::string without_liquid(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t begin = std::min(text.find("{{"), text.find("{%"));
        const std::size_t end =
            begin == std::string_view::npos
                ? begin
                : text.find(text[begin + 1] == '{' ? "}}"sv : "%}"sv, begin + 2);
        if (end == std::string_view::npos)
            break;
        out += text.substr(0, begin);
        const std::string_view inner = stripped(text.substr(begin + 2, end - begin - 2));
        if (const auto quoted = first_quoted(inner))
            out += *quoted;
        else if (inner.starts_with("link ") || inner.starts_with("static "))
            out += "/" + std::string(stripped(inner.substr(inner.find(' '))));
        text.remove_prefix(end + 2);
    }
    return out + std::string(text);
}

bool is_page_ending(std::string_view ending) {
    return stands_in(page_endings, ending);
}

FileReference read_reference(std::string_view written, bool is_image) {
    FileReference read{{}, {}, is_image};
    std::string target = without_liquid(stripped(written));
    if (target.starts_with("@site/"))
        target.erase(0, "@site"sv.size());
    // A path on the writer's own disk, as Word leaves it: only the name can be of use.
    const bool is_of_a_disk =
        is_image && (target.starts_with("file:") || (has_scheme(target) && target.find(':') == 1));
    if (is_of_a_disk) {
        target = target.substr(target.find_last_of("/\\") + 1);
        read.is_anywhere = true;
    }
    if (target.empty() || target.size() > reference_bytes_max || target.starts_with("//") ||
        has_scheme(target))
        return read;
    std::string path = percent_decoded(target.substr(0, target.find_first_of("?#")));
    std::ranges::replace(path, '\\', '/');
    path = normal_name(path);
    read.is_from_root = path.starts_with('/');
    while (path.starts_with('/') || path.starts_with("./"))
        path.erase(0, path.starts_with('/') ? 1 : 2);
    const std::string ending = ending_of_name(path);
    read.is_page = !is_image && (ending.empty() || is_page_ending(ending));
    const bool is_elsewhere = !read.is_from_root && names_a_host(path);
    if (path.ends_with('/') || is_elsewhere)
        return read;
    read.path = std::move(path);
    return read;
}

} // namespace staffroom::services
