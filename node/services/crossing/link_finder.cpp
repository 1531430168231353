#include "node/services/crossing/link_finder.hpp"

#include "node/services/records/names.hpp"
#include "node/services/text/name_text.hpp"
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

Error nothing_called(
    const std::vector<LinkStatus>& links,
    std::string_view text,
    const std::optional<NetworkId>& network
) {
    std::vector<std::string> names;
    for (const LinkStatus& link : links)
        if (!network || link.network == *network)
            names.push_back(link.name);
    return {
        Errc::not_found,
        "No link leads to a network called \"" + std::string(text) + "\"" +
            name_hint(text, names, "There is no link yet.", "There are links with: ")};
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
    std::vector<const LinkStatus*> meant;
    const auto find = [&](const auto& matches) {
        if (meant.empty())
            for (const LinkStatus& link : links)
                if ((!network || link.network == *network) && matches(link))
                    meant.push_back(&link);
    };
    find([&](const LinkStatus& link) {
        return is_id_prefix(text) && to_base32(link.id).starts_with(text);
    });
    find([&](const LinkStatus& link) { return link.name == text; });
    find([&](const LinkStatus& link) { return is_same_name(link.name, text); });
    if (distinct_ids(meant).size() > 1) {
        std::vector<const LinkStatus*> standing;
        std::ranges::copy_if(meant, std::back_inserter(standing), [](const LinkStatus* link) {
            return !link->ended;
        });
        if (!standing.empty())
            meant = standing;
    }
    if (meant.empty())
        return fail(nothing_called(links, text, network));
    if (const auto ids = distinct_ids(meant); ids.size() > 1)
        return fail(ambiguous(text, ids));
    return *meant.front();
}

} // namespace staffroom::services
