#include "node/http/preconditions.hpp"

#include "protocol/base/text.hpp"

#include <algorithm>
#include <string_view>

namespace staffroom::http {
namespace {

enum class Comparison { strong, weak };

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// Our tags hold neither comma nor quote, so a list is cut at its commas: a tag of someone else
/// with a comma inside only fails to match, as it would anyway.
bool names_tag(std::string_view list, const std::string& current, Comparison comparison) {
    const std::string wanted = quoted_tag(current);
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view item = trimmed(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        if (comparison == Comparison::weak && item.starts_with("W/"))
            item.remove_prefix(2);
        if (item == "*" || item == wanted)
            return true;
    }
    return false;
}

} // namespace

std::string record_tag(std::vector<RevisionId> heads) {
    std::ranges::sort(heads);
    std::string tag;
    for (const RevisionId& head : heads)
        tag += (tag.empty() ? "" : "+") + to_base32(head);
    return tag;
}

std::string quoted_tag(const std::string& tag) {
    return '"' + tag + '"';
}

std::optional<Problem> if_match(const Request& request, const std::string& current) {
    if (request.if_match.empty())
        return Problem{
            428,
            "request.no-if-match",
            "State missing",
            "A change has to say which state of the record it builds on.",
            "read the record and send its ETag as If-Match.",
            Exit::failed};
    if (names_tag(request.if_match, current, Comparison::strong))
        return std::nullopt;
    return Problem{
        412,
        "record.changed",
        "Changed meanwhile",
        "The record has changed since it was read.",
        "read it again and make the change on what stands there now.",
        Exit::refused};
}

bool has_current(const Request& request, const std::string& current) {
    return names_tag(request.if_none_match, current, Comparison::weak);
}

Response not_modified(const std::string& tag) {
    return {304, "", "", {{"ETag", quoted_tag(tag)}}};
}

} // namespace staffroom::http
