#include "node/services/markdown/active_content.hpp"

#include "protocol/base/text.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

constexpr std::size_t beginning_bytes = 1024;

constexpr std::array<std::string_view, 8> pages{
    "htm", "html", "xhtml", "xht", "shtml", "mht", "mhtml", "hta"};
constexpr std::array<std::string_view, 84> programs{
    "exe",         "dll",       "com",        "scr",
    "msi",         "msp",       "cpl",        "bat",
    "cmd",         "ps1",       "psm1",       "ps1xml",
    "vb",          "vbs",       "vbe",        "wsf",
    "wsh",         "ws",        "sct",        "js",
    "mjs",         "cjs",       "jse",        "jar",
    "jnlp",        "class",     "sh",         "bash",
    "zsh",         "fish",      "csh",        "ksh",
    "command",     "tool",      "py",         "pyw",
    "pyc",         "pyz",       "rb",         "pl",
    "php",         "lua",       "tcl",        "r",
    "app",         "apk",       "ipa",        "deb",
    "rpm",         "appimage",  "snap",       "flatpakref",
    "flatpakrepo", "lnk",       "url",        "desktop",
    "webloc",      "website",   "rdp",        "scf",
    "inf",         "reg",       "pif",        "gadget",
    "application", "appref-ms", "library-ms", "settingcontent-ms",
    "search-ms",   "msc",       "chm",        "hlp",
    "elf",         "run",       "bin",        "iso",
    "img",         "dmg",       "pkg",        "service",
    "workflow",    "terminal",  "xpi",        "crx"};
constexpr std::array<std::string_view, 9> with_macros{
    "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam"};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& symbol : out)
        if (symbol >= 'A' && symbol <= 'Z')
            symbol = static_cast<char>(symbol - 'A' + 'a');
    return out;
}

std::string ending_of(std::string_view name) {
    const std::string_view last = name.substr(name.find_last_of("/\\") + 1);
    const std::size_t dot = last.rfind('.');
    return dot == std::string_view::npos ? std::string() : lower(last.substr(dot + 1));
}

template <class List> bool is_in(const List& list, const std::string& ending) {
    return std::ranges::find(list, ending) != list.end();
}

/// Tells whether a text has "onload=", "on-click =" and the like: a name that begins with "on",
/// then an equals sign.
bool has_event_handler(const std::string& text) {
    constexpr std::string_view spaces = " \t\r\n";
    for (std::size_t at = text.find("on"); at != std::string::npos; at = text.find("on", at + 1)) {
        const bool begins_name =
            at > 0 && (spaces.find(text[at - 1]) != std::string_view::npos || text[at - 1] == '/' ||
                       text[at - 1] == '"' || text[at - 1] == '\'');
        std::size_t end = at;
        while (end < text.size() && (text[end] == '-' || (text[end] >= 'a' && text[end] <= 'z')))
            ++end;
        while (end < text.size() && spaces.find(text[end]) != std::string_view::npos)
            ++end;
        if (begins_name && end < text.size() && text[end] == '=')
            return true;
    }
    return false;
}

/// Finds words that no drawing needs. Character references could spell any of them.
std::optional<std::string> why_active_svg(std::string_view content) {
    if (first_unreadable_byte(content))
        return "is an SVG picture that is not plain UTF-8, so nobody can tell what it would run";
    const std::string text = lower(content);
    for (const std::string_view word :
         {"script",
          "foreignobject",
          "<iframe",
          "<embed",
          "<object",
          "<!entity",
          "&#",
          "<handler",
          "<set",
          "<animate",
          "data:text"}) {
        if (text.find(word) != std::string::npos)
            return "is an SVG picture with \"" + std::string(word) + "\" in it, which could run";
    }
    if (has_event_handler(text))
        return "is an SVG picture with an event handler in it";
    return std::nullopt;
}

std::optional<std::string> why_active_bytes(std::string_view content) {
    const std::string beginning = lower(content.substr(0, beginning_bytes));
    if (beginning.starts_with("mz") ||
        beginning.starts_with("\x7f"
                              "elf") ||
        beginning.starts_with("#!") || beginning.starts_with("\xcf\xfa\xed\xfe") ||
        beginning.starts_with("\xca\xfe\xba\xbe"))
        return "is a program";
    for (const std::string_view head :
         {"[desktop entry]", "[internetshortcut]", "[{000214a0", "[autorun]"})
        if (beginning.find(head) != std::string::npos && !beginning.starts_with("pk"))
            return "opens something else";
    const std::size_t first = beginning.find_first_not_of("\xef\xbb\xbf \t\r\n");
    const std::string_view shown =
        first == std::string::npos ? std::string_view() : std::string_view(beginning).substr(first);
    const bool is_page = shown.starts_with("<!doctype html") || shown.starts_with("<html") ||
                         shown.starts_with("<script") || shown.starts_with("<head") ||
                         shown.starts_with("<body");
    if (is_page)
        return "is a web page";
    const bool is_svg = shown.starts_with("<svg") || (shown.starts_with("<?xml") &&
                                                      shown.find("<svg") != std::string_view::npos);
    if (is_svg)
        return "is an SVG picture under another name";
    return std::nullopt;
}

} // namespace

bool needs_whole_content(std::string_view name, std::string_view beginning) {
    return ending_of(name) == "svg" || beginning.starts_with("PK\3\4");
}

std::optional<std::string> why_active(std::string_view name, std::string_view content) {
    const std::string ending = ending_of(name);
    if (is_in(pages, ending))
        return "is a web page";
    if (is_in(programs, ending))
        return "is a program";
    if (is_in(with_macros, ending))
        return "may hold macros";
    if (ending == "svgz")
        return "is a packed SVG picture, so nobody can tell what it would run";
    if (ending == "svg")
        return why_active_svg(content);
    // The names of the files inside a packed file stand in it as they are.
    if (content.starts_with("PK\3\4") && content.find("vbaProject.bin") != std::string_view::npos)
        return "holds macros";
    return why_active_bytes(content);
}

} // namespace staffroom::services
