#include "node/http/feeds/atom.hpp"

#include "node/http/plain/text/html.hpp"
#include "node/services/records/exported_texts.hpp"

#include <algorithm>

namespace staffroom::http::feeds {
namespace {

using plain::Html;
using plain::html;

constexpr WallTime last_moment{253'402'300'799'000}; // of the year 9999

/// Other letters of a tag than these would be no language to a parser.
std::string language_tag(const std::string& language) {
    const bool is_tag = std::ranges::all_of(language, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-';
    });
    return is_tag ? language : std::string();
}

Html entry_of(const AtomEntry& entry) {
    Html people;
    for (const std::string& name : entry.authors)
        people += html("<author><name>{}</name></author>", name);
    Html subjects;
    for (const std::string& subject : entry.subjects)
        subjects += html(R"(<category term="{}"/>)", subject);
    return html(
        R"(<entry xml:lang="{}"><id>{}</id><title>{}</title><updated>{}</updated>)"
        R"(<published>{}</published>{}{}<link rel="alternate" type="text/html" href="{}"/>)"
        R"(<summary>{}</summary></entry>)"
        "\n",
        language_tag(entry.language),
        entry.id,
        entry.title,
        atom_time(entry.updated),
        atom_time(entry.published),
        people,
        subjects,
        entry.address,
        entry.summary
    );
}

} // namespace

std::string atom_time(WallTime time) {
    const std::string text = services::time_text(std::min(time, last_moment));
    return text.find('T') == std::string::npos ? text + "T00:00:00Z" : text;
}

std::string atom_document(const AtomFeed& feed) {
    WallTime updated{0};
    Html entries;
    for (const AtomEntry& entry : feed.entries) {
        updated = std::max(updated, entry.updated);
        entries += entry_of(entry);
    }
    return html(
               R"(<?xml version="1.0" encoding="utf-8"?>)"
               "\n"
               R"(<feed xmlns="http://www.w3.org/2005/Atom"><id>{}</id><title>{}</title>)"
               R"(<updated>{}</updated><author><name>{}</name></author>)"
               R"(<link rel="alternate" type="text/html" href="{}"/>)"
               "\n{}</feed>\n",
               feed.id,
               feed.title,
               atom_time(updated),
               feed.author,
               feed.address,
               entries
    )
        .text();
}

} // namespace staffroom::http::feeds
