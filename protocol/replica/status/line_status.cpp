// What a line to a neighbour has brought, and what waits on it: see replica.hpp.
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {

LinkWorth Replica::worth(LinkId link) const {
    const Link* const found = parts_->links.find(link);
    return found == nullptr ? LinkWorth{false, 0} : LinkWorth{found->is_known(), found->gains};
}

std::optional<LinkLoad> Replica::link_load(LinkId id) const {
    const Link* link = parts_->links.find(id);
    if (link == nullptr)
        return std::nullopt;
    return LinkLoad{
        link->unsent_bytes,
        link->frames_in.size() + link->plain_in.size(),
        link->parked.size() + link->parked_chains.size() + link->parked_notices.size() +
            link->parked_forks.size()};
}

} // namespace staffroom::replica
