// ETag, If-Match and If-None-Match (RFC 9110 8.8.3, 13.1): "I have seen this state" as a condition
// of a read or an edit. Not here: what the tag of a thing is. Called by handlers.
#pragma once

#include "node/http/answers/problem.hpp"
#include "protocol/base/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace staffroom::http {

/// More heads than these stand in a tag as one hash: others decide how many there are.
inline constexpr std::size_t tag_heads_max = 2;

/// What an edit builds on: the ids of the heads, in order, joined by "+", or their hash.
[[nodiscard]] std::string state_tag(std::vector<RevisionId> heads);
/// The tag of a document as it was shown: its state; then a dot and a short hash of `shown`,
/// because what others say of a record changes without a new head. Without quotes.
[[nodiscard]] std::string record_tag(std::vector<RevisionId> heads, std::string_view shown);
/// The states that If-Match allows, of whatever was shown. Tags that are weak, or of something
/// else, are given and match nothing.
struct MatchedStates {
    bool is_given = false;
    bool is_any = false;                             // "*": whatever is there
    std::vector<std::vector<RevisionId>> heads = {}; // one list for each tag
    std::vector<std::string> hashed = {};            // states of more heads, as `state_tag` says
};
/// Errors: invalid_input (no list of tags).
[[nodiscard]] Result<MatchedStates> matched_states(const Request& request);

/// The tag as it stands in a header: in double quotes.
[[nodiscard]] std::string quoted_tag(const std::string& tag);

/// `request.no-if-match` (428): an edit that does not say what it builds on.
[[nodiscard]] Problem no_if_match();

/// `request.no-match` (412): another state than each of those that If-Match names.
[[nodiscard]] Problem no_match();
/// The same of a change that is to be made only where nothing is yet (RFC 9110 13.1.2).
[[nodiscard]] bool wants_nothing_there(const Request& request);
[[nodiscard]] Problem there_already();

/// Whether If-Match, if it is there, allows `current` to be read (strong comparison).
[[nodiscard]] bool may_read(const Request& request, const std::string& current);

/// Whether the reader has `current` already (weak comparison), so that 304 answers him.
[[nodiscard]] bool has_current(const Request& request, const std::string& current);

/// 304 with the tag and nothing else.
[[nodiscard]] Response not_modified(const std::string& tag);

} // namespace staffroom::http
