#include "protocol/replica/meeting/borne_code.hpp"

namespace staffroom::replica {

const network::KnownInvite* invite_of(const Link& link, Networks& networks) {
    const auto* meeting = std::get_if<InviteMeeting>(&link.meeting);
    if (meeting == nullptr || !meeting->network || !meeting->invite)
        return nullptr;
    const NetworkState* network = networks.find(*meeting->network);
    if (network == nullptr)
        return nullptr;
    const auto at = network->roster.invites.find(*meeting->invite);
    return at == network->roster.invites.end() ? nullptr : &at->second;
}

wire::InviteStatus status_of(const network::KnownInvite& invite, const Context& context) {
    switch (invite.state) {
    case network::InviteState::open: break;
    case network::InviteState::spent:
    case network::InviteState::disputed: return wire::InviteStatus::spent;
    case network::InviteState::ended: return wire::InviteStatus::ended;
    }
    // A clock gates only what its own node has begun; others wait for the operation that ends it.
    const bool is_over = invite.author == context.school && context.wall > invite.invite->ends;
    return is_over ? wire::InviteStatus::ended : wire::InviteStatus::open;
}

std::optional<SchoolId>
admitted_by(const network::KnownInvite& invite, const NetworkState& network) {
    for (const auto& [school, member] : network.roster.members) {
        const auto* placed = member.admit ? network.operations.find(*member.admit) : nullptr;
        const auto* admit =
            placed == nullptr ? nullptr : std::get_if<network::Admit>(&placed->operation.act);
        if (admit != nullptr && admit->invite == invite.operation)
            return school;
    }
    return std::nullopt;
}

bool comes_again(const Link& link, const network::KnownInvite& invite, Networks& networks) {
    const NetworkState& network = *networks.find(*std::get<InviteMeeting>(link.meeting).network);
    const auto school = admitted_by(invite, network);
    return school && networks.certifies(*school, *link.remote_key);
}

} // namespace staffroom::replica
