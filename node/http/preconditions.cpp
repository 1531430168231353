#include "node/http/preconditions.hpp"

#include "protocol/base/text.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace staffroom::http {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// Our tags hold neither comma nor quote, so a list is cut at its commas: a tag of someone else
/// with a comma inside only fails to match, as it would anyway.
bool names_tag(std::string_view list, const std::string& current) {
    const std::string wanted = quoted_tag(current);
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        std::string_view item = trimmed(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
        if (item.starts_with("W/")) // weak comparison, RFC 9110 13.1.2
            item.remove_prefix(2);
        if (item == "*" || item == wanted)
            return true;
    }
    return false;
}

} // namespace

std::string record_tag(std::vector<RevisionId> heads, std::string_view shown) {
    std::ranges::sort(heads);
    std::string tag;
    for (const RevisionId& head : heads)
        tag += (tag.empty() ? "" : "+") + to_base32(head);
    // Told apart within one node only, so the library's own hash is enough.
    return tag + "." + std::to_string(std::hash<std::string_view>{}(shown) % 1'000'000'007U);
}

Result<std::vector<RevisionId>> matched_heads(const Request& request) {
    std::vector<RevisionId> heads;
    std::string_view tag = trimmed(request.if_match);
    if (tag.empty() || tag == "*")
        return heads;
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"')
        return fail(Errc::invalid_input, "If-Match has to be the ETag of a record.");
    tag = tag.substr(1, tag.size() - 2);
    tag = tag.substr(0, tag.find('.'));
    while (!tag.empty()) {
        const std::size_t plus = tag.find('+');
        const auto head = id_from_base32<RevisionId>(tag.substr(0, plus));
        if (!head)
            return fail(Errc::invalid_input, "If-Match has to be the ETag of a record.");
        heads.push_back(*head);
        tag = plus == std::string_view::npos ? std::string_view{} : tag.substr(plus + 1);
    }
    return heads;
}

std::string quoted_tag(const std::string& tag) {
    return '"' + tag + '"';
}

Problem no_if_match() {
    return {
        428,
        "request.no-if-match",
        "State missing",
        "A change has to say which state of the record it builds on.",
        "read the record and send its ETag as If-Match.",
        Exit::failed};
}

bool has_current(const Request& request, const std::string& current) {
    return names_tag(request.if_none_match, current);
}

Response not_modified(const std::string& tag) {
    return {304, "", "", {{"ETag", quoted_tag(tag)}}};
}

} // namespace staffroom::http
