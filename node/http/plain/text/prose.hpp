// The Markdown of a record as HTML, for pages without scripts. The attack: a record may be written
// by anybody in any school. So raw HTML in it is shown as text, an address of a link has to have a
// harmless scheme, and a picture comes from the record's own files, never from another host. Pure;
// takes time linear in the text. Not here: how the page renders (web/reading/markup), which says
// the same.
#pragma once

#include "node/http/plain/text/html.hpp"

#include <functional>

namespace staffroom::http::plain {

struct ProseFiles {
    /// Returns the address of a file of the record by its name; empty: it has not arrived.
    std::function<std::string(const std::string& name)> address;
    /// Returns what stands in place of a picture that has not arrived or is elsewhere.
    std::function<std::string(const std::string& description, bool is_elsewhere)> absent;
};

/// Renders a text. Its highest level of headings becomes the second, because a page has one title.
[[nodiscard]] Html prose(std::string_view markdown, const ProseFiles& files);

} // namespace staffroom::http::plain
