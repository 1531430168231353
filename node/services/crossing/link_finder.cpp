#include "node/services/crossing/link_finder.hpp"

#include "node/services/records/names.hpp"
#include "protocol/base/text.hpp"

#include <algorithm>

namespace staffroom::services {
namespace {

using replica::LinkStatus;

/// One link may stand here twice: a school may be in both its networks.
std::vector<std::string> distinct_ids(const std::vector<const LinkStatus*>& links) {
    std::vector<std::string> ids;
    for (const LinkStatus* link : links)
        ids.push_back(to_base32(link->id));
    std::ranges::sort(ids);
    const auto doubles = std::ranges::unique(ids);
    ids.erase(doubles.begin(), doubles.end());
    return ids;
}

} // namespace

LinkState state_of(const LinkStatus& link, WallTime now) {
    if (link.ended)
        return LinkState::ended;
    if (link.is_disputed)
        return LinkState::disputed;
    if (link.until <= now)
        return LinkState::over;
    return link.review <= now ? LinkState::review_due : LinkState::open;
}

std::string_view link_state_name(LinkState state) {
    switch (state) {
    case LinkState::open: return "open";
    case LinkState::review_due: return "review-due";
    case LinkState::over: return "over";
    case LinkState::disputed: return "disputed";
    case LinkState::ended: return "ended";
    }
    return "";
}

bool takes_records(LinkState state) {
    return state == LinkState::open || state == LinkState::review_due;
}

Result<LinkStatus> resolve_link(
    const std::vector<LinkStatus>& links,
    std::string_view text,
    const std::optional<NetworkId>& network
) {
    std::vector<const LinkStatus*> by_id;
    std::vector<const LinkStatus*> by_name;
    for (const LinkStatus& link : links) {
        if (network && link.network != *network)
            continue;
        if (is_id_prefix(text) && to_base32(link.id).starts_with(text))
            by_id.push_back(&link);
        if (link.name == text)
            by_name.push_back(&link);
    }
    auto& found = by_id.empty() ? by_name : by_id;
    if (distinct_ids(found).size() > 1) {
        const auto has_not_ended = [](const LinkStatus* link) { return !link->ended; };
        std::vector<const LinkStatus*> standing;
        std::ranges::copy_if(found, std::back_inserter(standing), has_not_ended);
        if (!standing.empty())
            found = standing;
    }
    if (found.empty())
        return fail(
            Errc::not_found,
            "No link has the id or leads to the network \"" + std::string(text) + "\"."
        );
    if (const auto ids = distinct_ids(found); ids.size() > 1)
        return fail(ambiguous(text, ids));
    return *found.front();
}

} // namespace staffroom::services
