// What the networks of this school have agreed, among their schools and with other networks: see
// replica.hpp.
#include "protocol/replica/agreements/charters.hpp"
#include "protocol/replica/replica.hpp"
#include "protocol/replica/replica_parts.hpp"

namespace staffroom::replica {

std::optional<network::CharterBook> Replica::charters(const NetworkId& network) const {
    const auto found = parts_->networks.all().find(network);
    if (found == parts_->networks.all().end() ||
        !found->second.roster.is_member(parts_->context.school))
        return std::nullopt;
    return charter_book(parts_->logbook, found->second);
}

std::vector<LinkStatus> Replica::network_links() const {
    return parts_->link_book.statuses();
}

std::shared_ptr<const agreement::Ground> Replica::ground(const NetworkId& network) const {
    const LinkBook::OfNetwork* known = parts_->link_book.of(network);
    return known == nullptr ? nullptr : known->ground;
}

std::map<SpaceId, std::shared_ptr<const agreement::Ground>> Replica::grounds() const {
    std::map<SpaceId, std::shared_ptr<const agreement::Ground>> grounds;
    for (const auto& [network, known] : parts_->link_book.all())
        grounds.emplace(log::space_of(network), known.ground);
    return grounds;
}

std::vector<LinkCrossing> Replica::link_crossings() const {
    return parts_->far_links.crossings();
}

std::vector<LinkCodeStatus> Replica::link_codes() const {
    return parts_->agreeing.code_list();
}

} // namespace staffroom::replica
