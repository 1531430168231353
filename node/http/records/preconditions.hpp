// ETag, If-Match and If-None-Match (RFC 9110 8.8.3, 13.1): "I have seen this state" as a condition
// of a read or an edit. Not here: what the tag of a thing is. Called by handlers.
#pragma once

#include "node/http/answers/problem.hpp"
#include "protocol/base/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace staffroom::http {

/// The most heads in a tag; more stand there as one hash. Others decide how many heads there are
/// and could make a tag of any length.
inline constexpr std::size_t tag_heads_max = 2;

/// Returns the state that an edit builds on: the ids of the heads, in order, joined by "+", or
/// their hash.
[[nodiscard]] std::string state_tag(std::vector<RevisionId> heads);
/// Returns the tag of a document as it was shown: its state; then a dot and a short hash of
/// `shown`, because what others say of a record changes without a new head. Without quotes.
[[nodiscard]] std::string record_tag(std::vector<RevisionId> heads, std::string_view shown);
/// The states that If-Match allows, whatever was shown. Tags that are weak, or of something else,
/// are given and match nothing.
struct MatchedStates {
    bool is_given = false;
    bool is_any = false;                             // "*": whatever is there
    std::vector<std::vector<RevisionId>> heads = {}; // one list for each tag
    std::vector<std::string> hashed = {};            // states of more heads, as `state_tag` says
};
/// Reads If-Match. Errors: invalid_input (no list of tags).
[[nodiscard]] Result<MatchedStates> matched_states(const Request& request);

/// Returns the tag as it stands in a header: in double quotes.
[[nodiscard]] std::string quoted_tag(const std::string& tag);

/// Returns `request.no-if-match` (428): an edit that does not say what it builds on.
[[nodiscard]] Problem no_if_match();

/// Returns `request.no-match` (412): another state than each of those that If-Match names.
[[nodiscard]] Problem no_match();
/// Tells whether a change is to be made only where nothing is yet (RFC 9110 13.1.2).
[[nodiscard]] bool wants_nothing_there(const Request& request);
[[nodiscard]] Problem there_already();

/// Tells whether If-Match, if it is there, allows `current` to be read (strong comparison).
[[nodiscard]] bool may_read(const Request& request, const std::string& current);

/// Tells whether the reader has `current` already (weak comparison), so that 304 is the answer.
[[nodiscard]] bool has_current(const Request& request, const std::string& current);

/// Makes 304 with the tag and nothing else.
[[nodiscard]] Response not_modified(const std::string& tag);

} // namespace staffroom::http
