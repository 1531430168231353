#include "node/services/front_matter/field_names.hpp"

#include "protocol/records/fields.hpp"
#include "protocol/records/kinds.hpp"

#include <algorithm>
#include <array>

namespace staffroom::services {
namespace {

constexpr auto envelope = std::to_array<std::string_view>(
    {"title",        "summary",    "description",  "abstract",    "excerpt",     "language",
     "lang",         "locale",     "licence",      "license",     "rights",      "author",
     "authors",      "by",         "creator",      "source",      "date",        "attribution",
     "created",      "created-at", "date-created", "pubdate",     "publishdate", "pub-date",
     "publish-date", "published",  "published-at", "kind",        "reach",       "licence-url",
     "draft",        "publish",    "status",       "private",     "visibility",  "modified",
     "imported",     "about",      "origin",       "attachments", "links",       "pass-on"}
);

/// The names that Hugo, Jekyll, Docusaurus, Quarto, Pandoc, Obsidian and their like write.
constexpr auto foreign_names = std::to_array<std::string_view>(
    {"aliases",
     "alias",
     "bibliography",
     "cascade",
     "categories",
     "category",
     "class",
     "comments",
     "cover",
     "css",
     "cssclass",
     "cssclasses",
     "custom-edit-url",
     "documentclass",
     "editor",
     "engine",
     "execute",
     "featured",
     "featured-image",
     "feature-image",
     "format",
     "hide-title",
     "hidetitle",
     "icon",
     "id",
     "image",
     "images",
     "jupyter",
     "keywords",
     "kernelspec",
     "last-modified",
     "lastmod",
     "layout",
     "linktitle",
     "menu",
     "nav-order",
     "order",
     "output",
     "pagetitle",
     "parent",
     "params",
     "permalink",
     "post",
     "redirect-from",
     "resources",
     "series",
     "sidebar",
     "sidebar-label",
     "sidebar-position",
     "slug",
     "subtitle",
     "tags",
     "tag",
     "tagline",
     "template",
     "theme",
     "toc",
     "type",
     "updated",
     "weight"}
);

template <class Names> bool is_among(const Names& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

} // namespace

std::string canonical_name(std::string_view written) {
    std::string name;
    for (const char c : written) {
        if (c >= 'A' && c <= 'Z')
            name += static_cast<char>(c - 'A' + 'a');
        else
            name += c == '_' || c == ' ' ? '-' : c;
    }
    return name;
}

bool is_envelope_name(std::string_view canonical) {
    return is_among(envelope, canonical);
}

bool is_known_name(std::string_view canonical) {
    if (is_among(envelope, canonical) || is_among(foreign_names, canonical) ||
        records::find_relation(canonical))
        return true;
    for (std::uint64_t raw = 1; const auto kind = records::parse_kind(raw); ++raw)
        if (records::find_field(*kind, canonical) != nullptr)
            return true;
    return false;
}

} // namespace staffroom::services
