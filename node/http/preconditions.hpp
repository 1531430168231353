// ETag, If-Match and If-None-Match (RFC 9110 8.8.3, 13.1): "I have seen this state" as a condition
// of a read or an edit. Not here: what the tag of a thing is. Called by handlers.
#pragma once

#include "node/http/problem.hpp"
#include "protocol/base/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace staffroom::http {

/// The tag of a document: the ids of its heads, in order, joined by "+"; without quotes.
[[nodiscard]] std::string record_tag(std::vector<RevisionId> heads);

/// The tag as it stands in a header: in double quotes.
[[nodiscard]] std::string quoted_tag(const std::string& tag);

/// Whether an edit may go on: nothing when If-Match names `current` (a tag without quotes) or is
/// "*". Else `request.no-if-match` (428) or `record.changed` (412).
[[nodiscard]] std::optional<Problem> if_match(const Request& request, const std::string& current);

/// Whether the reader has `current` already (weak comparison), so that 304 answers him.
[[nodiscard]] bool has_current(const Request& request, const std::string& current);

/// 304 with the tag and nothing else.
[[nodiscard]] Response not_modified(const std::string& tag);

} // namespace staffroom::http
