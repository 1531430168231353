#include "protocol/replica/terms.hpp"

#include "protocol/replica/membership/changes.hpp"
#include "protocol/replica/membership/own_operations.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

using network::Member;
using network::Role;

/// Whose turn it is first has this long before others do it.
constexpr std::uint64_t others_wait_ms = 3'600'000;

/// The role that follows: a coordinator goes on as a member, who observed for a time is a member
/// again, and who was a member for a time observes again.
Role role_after(Role role) {
    return role == Role::member ? Role::observer : Role::member;
}

/// A school that may act confirms that a time is over, once a coordinator has said so.
const network::Proposal*
unsigned_end(const network::Roster& roster, const NetworkState& network, const Member& member) {
    const auto found =
        std::ranges::find_if(roster.proposals, [&](const network::Proposal& proposal) {
            const network::PlacedOperation* placed = network.operations.find(proposal.operation);
            const auto* role =
                placed == nullptr ? nullptr : std::get_if<network::SetRole>(&placed->operation.act);
            return proposal.school == member.school && role != nullptr &&
                   role->role == role_after(member.role);
        });
    return found == roster.proposals.end() ? nullptr : &*found;
}

/// What this school writes about a role whose time is over; nothing when it is not its turn, or it
/// has had its say.
std::optional<network::Act>
end_of_term(const Context& context, const NetworkState& network, const Member& member) {
    const network::Roster& roster = network.roster;
    const SchoolId& self = context.school;
    const bool is_late = context.wall.ms > member.until->ms + others_wait_ms;
    const network::SetRole end{member.school, role_after(member.role)};
    if (member.role == Role::coordinator && member.school == self)
        return roster.coordinator_count() > 1 ? std::optional<network::Act>(end) : std::nullopt;
    const network::PlacedOperation* given =
        member.role_by ? network.operations.find(*member.role_by) : nullptr;
    const bool has_given = given != nullptr && given->author == self;
    const bool is_my_turn = is_late || (has_given && member.role != Role::coordinator);
    if (!is_my_turn || member.school == self || !roster.may_act(self))
        return std::nullopt;
    // The end of a coordinator's time needs several, who sign one closing, which cuts no log. That
    // of a member needs one coordinator, and says how far its logs count: by our own pins, since
    // any member could have written the proposal, with others.                               [M11]
    const network::Proposal* proposal =
        member.role == Role::coordinator ? unsigned_end(roster, network, member) : nullptr;
    if (proposal != nullptr) {
        if (std::ranges::count(proposal->signatories, self) > 0)
            return std::nullopt;
        return network::Act(network::Confirm{proposal->operation});
    }
    return roster.is_coordinator(self) ? std::optional<network::Act>(end) : std::nullopt;
}

} // namespace

void write_ended_terms(ReplicaParts& parts, const NetworkState& network, OwnLogs::Draft& draft) {
    const network::Roster& roster = network.roster;
    const MembershipActs acts(parts.context, parts.logbook, network);
    for (const auto& [school, member] : roster.members) {
        if (!member.until || !member.role_by || parts.context.wall <= *member.until)
            continue;
        auto act = end_of_term(parts.context, network, member);
        const bool is_confirmed = act && std::holds_alternative<network::Confirm>(*act);
        const RevisionId about =
            is_confirmed ? std::get<network::Confirm>(*act).closing : *member.role_by;
        if (!act ||
            !parts.terms_tried.insert({network.id, about, roster.coordinator_count()}).second)
            continue;
        add_operation(draft, network, parts.context.school, acts.complete(std::move(*act)));
    }
}

} // namespace staffroom::replica
