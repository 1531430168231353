#include "node/services/crossing/named_links.hpp"

#include "protocol/agreement/crossing.hpp"

#include <algorithm>

namespace staffroom::services {

std::vector<replica::LinkStatus>
links_named(const log::EntryHeader& header, const std::vector<replica::LinkStatus>& known) {
    std::vector<replica::LinkStatus> named;
    if (!header.commitment || header.audience.empty())
        return named;
    for (const replica::LinkStatus& link : known) {
        const Digest mark = agreement::reader_mark(link.id, *header.commitment);
        const bool is_there =
            std::ranges::find(named, link.id, &replica::LinkStatus::id) != named.end();
        if (!is_there && std::ranges::find(header.audience, mark) != header.audience.end())
            named.push_back(link);
    }
    return named;
}

} // namespace staffroom::services
