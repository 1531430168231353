#include "node/services/export/export_citation.hpp"

#include "node/services/records/exported_texts.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

constexpr std::size_t sources_max = 20;
constexpr std::size_t key_id_characters = 12;

/// The facts that both formats say of one work.
struct Citation {
    std::string key;
    std::string title;
    std::vector<std::string> authors;
    std::string publisher;
    std::string date; // YYYY-MM-DD, or empty
    std::string language;
    std::string licence;
    std::string doi;
    std::string url;
    std::string record; // the id, for who asks Staffroom for it
    std::string note;
};

/// Returns a word without the signs that close the sentence around it; a bracket that the word
/// opened stays.
std::string_view trimmed_end(std::string_view word) {
    const auto is_closing = [&word](char c) {
        if (c == ')')
            return std::ranges::count(word, '(') < std::ranges::count(word, ')');
        return std::string_view(".,;:]}>'\"").find(c) != std::string_view::npos;
    };
    while (!word.empty() && is_closing(word.back()))
        word.remove_suffix(1);
    return word;
}

/// Returns the text from `at` to the next space or quote.
std::string_view word_at(std::string_view text, std::size_t at) {
    return trimmed_end(text.substr(at, text.find_first_of(" \t\r\n<>\"", at) - at));
}

/// Tells whether a word has only characters of a web address (RFC 3986), none of which BibTeX reads
/// as its own.
bool has_address_characters(std::string_view word) {
    return std::ranges::none_of(word, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20U || byte == 0x7FU ||
               std::string_view("{}\\^`|").find(c) != std::string_view::npos;
    });
}

/// Tells whether a word is a DOI: "10.", at least four digits, "/" and something.
bool is_doi(std::string_view word) {
    const std::size_t slash = word.find('/');
    if (!word.starts_with("10.") || slash == std::string_view::npos || slash + 1 == word.size())
        return false;
    if (!has_address_characters(word))
        return false;
    const std::string_view prefix = word.substr(3, slash - 3);
    return prefix.size() >= 4 && prefix.size() <= 9 &&
           std::ranges::all_of(prefix, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool is_address(std::string_view word) {
    const std::size_t slashes = word.find("://");
    return slashes != std::string_view::npos && slashes + 3 < word.size() &&
           has_address_characters(word);
}

Result<Citation> describe(const ExportedRecord& record) {
    const ShownRecord& shown = record.shown;
    Citation out;
    out.key = "staffroom-" + to_base32(shown.row.revision).substr(0, key_id_characters);
    out.title = shown.row.title;
    out.publisher = record.school_name;
    out.record = to_base32(shown.row.revision);
    out.note = "Revision " + std::to_string(shown.row.number) + " of " + document_name(shown);
    if (const auto hidden = hidden_words(shown)) {
        out.note += ". Retracted: " + hidden->reason;
        return out;
    }
    if (!shown.body)
        return fail(Errc::not_found, "The words of this record have not arrived here.");
    const records::RecordBody& body = *shown.body;
    out.title = body.title;
    for (const records::Author& author : body.authors)
        out.authors.push_back(author.name);
    out.date = time_text(body.created).substr(0, 10);
    out.language = body.language;
    out.licence = body.licence;
    if (!body.attribution.empty())
        out.note += ". " + body.attribution;
    return out;
}

Result<std::vector<Citation>> describe_all(const ExportedRecord& record) {
    auto own = describe(record);
    if (!own)
        return fail(own.error());
    std::vector<Citation> all{*own};
    if (hidden_words(record.shown))
        return all;
    const records::RecordBody& body = *record.shown.body;
    for (const NamedSource& source : sources_in(body.attribution + "\n" + body.origin)) {
        Citation cited;
        cited.key = own->key + "-source-" + std::to_string(all.size());
        cited.title = body.title;
        cited.doi = source.doi;
        cited.url = source.url;
        cited.note = "Source of " + revision_name(record.shown) + ". " + body.attribution;
        all.push_back(std::move(cited));
    }
    return all;
}

/// Replaces NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR by spaces: to many readers each ends a
/// line, as \n does.
std::string with_spaces_for_line_ends(std::string_view text) {
    std::string out(text);
    for (const std::string_view end : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"})
        for (std::size_t at = out.find(end); at != std::string::npos; at = out.find(end, at))
            out.replace(at, end.size(), " ");
    return out;
}

void put_bibtex(std::string& out, std::string_view name, const std::string& value) {
    if (!value.empty())
        out += ",\n  " + std::string(name) + " = {" + bibtex_escaped(value) + "}";
}

/// Writes an address, which is read to the letter and was checked before.
void put_address(std::string& out, std::string_view name, const std::string& value) {
    if (!value.empty())
        out += ",\n  " + std::string(name) + " = {" + value + "}";
}

/// Writes authors, each name in braces of its own: " and " separates authors, and a school is no
/// family name.
std::string bibtex_authors(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names)
        out += (out.empty() ? "{" : " and {") + bibtex_escaped(name) + "}";
    return out;
}

std::string to_bibtex(const Citation& citation) {
    std::string out = "@misc{" + citation.key;
    if (!citation.authors.empty())
        out += ",\n  author = {" + bibtex_authors(citation.authors) + "}";
    if (!citation.title.empty())
        out += ",\n  title = {{" + bibtex_escaped(citation.title) + "}}";
    put_bibtex(out, "publisher", citation.publisher);
    put_bibtex(out, "year", citation.date.substr(0, 4));
    put_bibtex(out, "date", citation.date);
    put_address(out, "doi", citation.doi);
    put_address(out, "url", citation.url);
    // The record is found by its id, not by an address (biblatex 2.2.2: eprint).
    put_bibtex(out, "eprint", citation.record);
    put_bibtex(out, "eprinttype", citation.record.empty() ? "" : "staffroom");
    put_bibtex(out, "langid", citation.language);
    put_bibtex(out, "copyright", citation.licence);
    put_bibtex(out, "note", citation.note);
    return out + "\n}\n\n";
}

void put_ris(std::string& out, std::string_view tag, std::string_view value) {
    if (const std::string line = ris_line(value); !line.empty())
        out += std::string(tag) + "  - " + line + "\r\n";
}

std::string to_ris(const Citation& citation) {
    std::string out = "TY  - GEN\r\n";
    put_ris(out, "ID", citation.key);
    for (const std::string& author : citation.authors)
        put_ris(out, "AU", author);
    put_ris(out, "TI", citation.title);
    put_ris(out, "PB", citation.publisher);
    put_ris(out, "PY", citation.date.substr(0, 4));
    std::string day = citation.date;
    std::ranges::replace(day, '-', '/');
    put_ris(out, "DA", day);
    put_ris(out, "DO", citation.doi);
    put_ris(out, "UR", citation.url);
    put_ris(out, "AN", citation.record);
    put_ris(out, "LA", citation.language);
    put_ris(out, "C1", citation.licence);
    put_ris(out, "N1", citation.note);
    return out + "ER  - \r\n\r\n";
}

Result<std::string>
join_all(const ExportedRecord& record, std::string (*write)(const Citation& citation)) {
    const auto all = describe_all(record);
    if (!all)
        return fail(all.error());
    std::string out;
    for (const Citation& citation : *all)
        out += write(citation);
    return out;
}

} // namespace

Result<std::string> export_bibtex(const ExportedRecord& record) {
    return join_all(record, to_bibtex);
}

Result<std::string> export_ris(const ExportedRecord& record) {
    return join_all(record, to_ris);
}

std::string bibtex_escaped(std::string_view text) {
    std::string out;
    for (const char c : with_spaces_for_line_ends(text)) {
        switch (c) {
        case '\\': out += "{\\textbackslash}"; break;
        case '{': out += "{\\textbraceleft}"; break;
        case '}': out += "{\\textbraceright}"; break;
        case '~': out += "{\\textasciitilde}"; break;
        case '^': out += "{\\textasciicircum}"; break;
        case '#':
        case '$':
        case '%':
        case '&':
        case '_': out += {'\\', c}; break;
        default: out += static_cast<unsigned char>(c) < 0x20U || c == '\x7F' ? ' ' : c;
        }
    }
    return out;
}

std::string ris_line(std::string_view text) {
    std::string out;
    for (const char c : with_spaces_for_line_ends(text)) {
        const bool is_space = static_cast<unsigned char>(c) <= 0x20U || c == '\x7F';
        if (!is_space)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && out.back() == ' ')
        out.pop_back();
    return out;
}

std::vector<NamedSource> sources_in(std::string_view text) {
    std::vector<NamedSource> found;
    const auto add = [&](NamedSource source) {
        const bool is_new = std::ranges::none_of(found, [&](const NamedSource& known) {
            return known.url == source.url;
        });
        if (is_new && found.size() < sources_max)
            found.push_back(std::move(source));
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool begins_word =
            at == 0 ||
            std::string_view(" \t\r\n(<[\"':/").find(text[at - 1]) != std::string_view::npos;
        if (!begins_word)
            continue;
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("10."))
            if (const std::string_view word = word_at(text, at); is_doi(word)) {
                add({std::string(word), "https://doi.org/" + std::string(word)});
                at += word.size();
                continue;
            }
        if (rest.starts_with("https://") || rest.starts_with("http://")) {
            const std::string_view word = word_at(text, at);
            if (word.find("doi.org/10.") != std::string_view::npos)
                continue; // its DOI is met further on
            if (is_address(word))
                add({"", std::string(word)});
            at += word.size();
        }
    }
    return found;
}

} // namespace staffroom::services
