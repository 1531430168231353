// The links of this school's networks by the texts that people type: the beginning of a link's id,
// or the name of the other network. And how a link stands on this node's clock. Called by the
// handlers of links and by publishing.
#pragma once

#include "protocol/base/result.hpp"
#include "protocol/replica/ports/status.hpp"

#include <string_view>
#include <vector>

namespace staffroom::services {

enum class LinkState {
    open,       // records cross
    review_due, // the same, and its day of review has passed
    over,       // its last day has passed by this node's clock
    disputed,   // two networks agreed by one code
    ended,      // by one of the two
};

[[nodiscard]] LinkState state_of(const replica::LinkStatus& link, WallTime now);
/// "open", "review-due", "over", "disputed", "ended".
[[nodiscard]] std::string_view link_state_name(LinkState state);
/// Whether what is published now may cross by it.
[[nodiscard]] bool takes_records(LinkState state);

/// Finds a link by its whole id or a prefix first, then by the exact name of the other network,
/// then by one that reads the same. Where several have one name, those that have ended stand back.
/// With `network` only links of that network. Errors: not_found, invalid_input (ambiguous: the
/// detail lists the candidates).
[[nodiscard]] Result<replica::LinkStatus> resolve_link(
    const std::vector<replica::LinkStatus>& links,
    std::string_view text,
    const std::optional<NetworkId>& network = std::nullopt
);

} // namespace staffroom::services
