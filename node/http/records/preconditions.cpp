#include "node/http/records/preconditions.hpp"

#include "protocol/base/text.hpp"
#include "protocol/crypto/hash.hpp"

#include <algorithm>
#include <functional>
#include <string_view>

namespace staffroom::http {
namespace {

/// A mark that no id of ours has.
constexpr char hash_mark = '~';

struct EntityTag {
    bool is_weak;
    std::string_view opaque; // without its quotes
};

struct TagList {
    bool is_any = false; // "*"
    std::vector<EntityTag> tags{};
};

/// Reads tags by RFC 9110 8.8.3 and 5.6.1; nothing for a text that is no list of tags.
std::optional<TagList> read_tags(std::string_view text) {
    TagList list;
    const auto skip = [&text](std::string_view what) {
        text.remove_prefix(std::min(text.find_first_not_of(what), text.size()));
    };
    for (skip(" \t,"); !text.empty(); skip(" \t,")) {
        if (text.front() == '*') {
            list.is_any = true;
            text.remove_prefix(1);
            continue;
        }
        const bool is_weak = text.starts_with("W/");
        if (is_weak)
            text.remove_prefix(2);
        const std::size_t end = text.starts_with('"') ? text.find('"', 1) : std::string_view::npos;
        if (end == std::string_view::npos)
            return std::nullopt;
        list.tags.push_back({is_weak, text.substr(1, end - 1)});
        text.remove_prefix(end + 1);
        skip(" \t");
        if (!text.empty() && text.front() != ',')
            return std::nullopt;
    }
    return list;
}

/// Returns the heads in a tag of ours; none for any other.
std::vector<RevisionId> heads_in_tag(std::string_view tag) {
    std::vector<RevisionId> heads;
    tag = tag.substr(0, tag.find('.'));
    while (!tag.empty()) {
        const std::size_t plus = tag.find('+');
        const auto head = id_from_base32<RevisionId>(tag.substr(0, plus));
        if (!head)
            return {};
        heads.push_back(*head);
        tag = plus == std::string_view::npos ? std::string_view{} : tag.substr(plus + 1);
    }
    return heads;
}

} // namespace

std::string state_tag(std::vector<RevisionId> heads) {
    std::ranges::sort(heads);
    std::string tag;
    for (const RevisionId& head : heads)
        tag += (tag.empty() ? "" : "+") + to_base32(head);
    if (heads.size() <= tag_heads_max)
        return tag;
    constexpr std::size_t hash_characters = 26; // 130 bits
    return hash_mark + to_base32(crypto::hash(crypto::HashLabel::range, as_view(tag)).view())
                           .substr(0, hash_characters);
}

std::string record_tag(std::vector<RevisionId> heads, std::string_view shown) {
    const std::string tag = state_tag(std::move(heads));
    // States are told apart within one node only, so the library's own hash is enough.
    return tag + "." + std::to_string(std::hash<std::string_view>{}(shown) % 1'000'000'007U);
}

Result<MatchedStates> matched_states(const Request& request) {
    MatchedStates states;
    const auto list = read_tags(request.if_match);
    if (!list)
        return fail(
            Errc::invalid_input, "If-Match has to be a list of tags in double quotes, or \"*\"."
        );
    states.is_any = list->is_any;
    for (const EntityTag& tag : list->tags) {
        states.is_given = true;
        if (tag.is_weak) // strong comparison, RFC 9110 13.1.1
            continue;
        if (tag.opaque.starts_with(hash_mark))
            states.hashed.emplace_back(tag.opaque.substr(0, tag.opaque.find('.')));
        else if (auto heads = heads_in_tag(tag.opaque); !heads.empty())
            states.heads.push_back(std::move(heads));
    }
    states.is_given = states.is_given || states.is_any;
    return states;
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

Problem no_match() {
    return {
        412,
        "request.no-match",
        "Not the state that is here",
        "None of the tags in If-Match is that of the record as it is now.",
        "read the record again, take its newer text into yours, and send its ETag as If-Match.",
        Exit::refused};
}

bool wants_nothing_there(const Request& request) {
    const auto list = read_tags(request.if_none_match);
    return list && list->is_any;
}

Problem there_already() {
    return {
        412,
        "request.no-match",
        "Not the state that is here",
        "If-None-Match asks for a change only where there is no record; this one is here.",
        "read the record, and send its ETag as If-Match.",
        Exit::refused};
}

bool has_current(const Request& request, const std::string& current) {
    const auto list = read_tags(request.if_none_match);
    return list && (list->is_any ||
                    std::ranges::find(list->tags, current, &EntityTag::opaque) != list->tags.end());
}

bool may_read(const Request& request, const std::string& current) {
    const auto list = read_tags(request.if_match);
    if (!list || list->is_any || list->tags.empty())
        return true;
    return std::ranges::any_of(list->tags, [&](const EntityTag& tag) {
        return !tag.is_weak && tag.opaque == current;
    });
}

Response not_modified(const std::string& tag) {
    return {304, "", "", {{"ETag", quoted_tag(tag)}}};
}

} // namespace staffroom::http
