#include "protocol/replica/membership/changes.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::replica {
namespace {

using network::Act;
using network::Role;

/// Of a school that is no member.
Standing standing_of(network::ClosedBy how) {
    switch (how) {
    case network::ClosedBy::suspension: return Standing::suspended;
    case network::ClosedBy::removal: return Standing::removed;
    case network::ClosedBy::role: // takes all of it, where other closings have taken the rest
    case network::ClosedBy::leave: break;
    }
    return Standing::left;
}

std::optional<Role> role_in(const network::Roster& roster, const SchoolId& school) {
    const auto member = roster.members.find(school);
    return member == roster.members.end() ? std::nullopt : std::optional(member->second.role);
}

struct ReasonFinder {
    template <class One> std::optional<network::Reason> operator()(const One& act) const {
        if constexpr (requires { act.reason; })
            return act.reason;
        else
            return std::nullopt;
    }
};

std::set<RevisionId> open_invites(const network::Roster& roster) {
    std::set<RevisionId> open;
    for (const auto& [id, invite] : roster.invites)
        if (invite.state == network::InviteState::open)
            open.insert(id);
    return open;
}

} // namespace

// ------------------------------------------------------------------------------ who stands how

Standing MembershipActs::standing_in(const network::Roster& roster, const SchoolId& school) const {
    if (roster.is_member(school))
        return Standing::member;
    if (const auto closed = roster.closed.find(school); closed != roster.closed.end())
        return replica::standing_of(closed->second.how);
    const bool is_disputed =
        std::ranges::any_of(roster.disputed_admits, [&](const RevisionId& admit) {
            const network::PlacedOperation* placed = network_.operations.find(admit);
            return placed != nullptr &&
                   std::get<network::Admit>(placed->operation.act).school == school;
        });
    return is_disputed ? Standing::disputed : Standing::none;
}

SchoolStanding MembershipActs::describe(const SchoolId& school) const {
    const network::Roster& roster = network_.roster;
    SchoolStanding shown{.school = school, .name = {}, .standing = standing_of(school)};
    if (const auto named = roster.successors.find(school); named != roster.successors.end())
        shown.successor = named->second;
    shown.is_successor_at_odds = roster.successors_at_odds.count(school) > 0;
    if (const auto member = roster.members.find(school); member != roster.members.end()) {
        shown.role = member->second.role;
        shown.until = member->second.until;
        for (const auto& behind : {member->second.admit, member->second.role_by})
            if (behind)
                shown.operations.push_back(*behind);
        if (const network::PlacedOperation* admit =
                member->second.admit ? network_.operations.find(*member->second.admit) : nullptr)
            shown.admitted_by = admit->author;
    } else if (const auto closed = roster.closed.find(school); closed != roster.closed.end()) {
        shown.operations = closed->second.closings;
    } else {
        for (const RevisionId& admit : roster.disputed_admits) {
            const network::PlacedOperation* placed = network_.operations.find(admit);
            if (placed != nullptr &&
                std::get<network::Admit>(placed->operation.act).school == school)
                shown.operations.push_back(admit);
        }
    }
    for (const RevisionId& behind : shown.operations)
        if (const auto written = network_.written.find(behind); written != network_.written.end())
            shown.since = std::max(shown.since, std::optional(written->second));
    return shown;
}

std::optional<FormerNetwork> MembershipActs::own_end() const {
    const auto closed = network_.roster.closed.find(context_.school);
    if (closed == network_.roster.closed.end() || network_.roster.is_member(context_.school))
        return std::nullopt;
    FormerNetwork former{
        network_.id, network_.genesis.name, replica::standing_of(closed->second.how)};
    former.since = describe(context_.school).since;
    for (const RevisionId& closing : closed->second.closings) {
        const network::PlacedOperation* placed = network_.operations.find(closing);
        if (placed != nullptr)
            former.reason = std::visit(ReasonFinder{}, placed->operation.act);
    }
    return former;
}

std::vector<ProposalStatus> MembershipActs::proposals() const {
    std::vector<ProposalStatus> all;
    for (const network::Proposal& proposal : network_.roster.proposals) {
        const network::PlacedOperation* placed = network_.operations.find(proposal.operation);
        if (placed == nullptr)
            continue;
        // The acts that close are copied without what makes other acts dear to copy.
        auto copy = network::parse_operation(network::encode_operation(placed->operation));
        if (!copy)
            continue;
        all.push_back(
            {proposal.operation,
             proposal.school,
             proposal.author,
             proposal.signatories,
             std::move(copy->act),
             std::ranges::count(proposal.signatories, context_.school) > 0}
        );
    }
    return all;
}

// ------------------------------------------------------------------------------------- its words

/// The largest logs where there are too many: a flood of small ones falls away.
network::Pins MembershipActs::pins_for(const SchoolId& school) const {
    network::Pins pins;
    for (const LogId& id : network_.space.logs) {
        const LogRecord& record = *logbook_.find(id);
        if (record.descriptor.school == school &&
            record.descriptor.channel == log::Channel::records && record.counted().value > 0)
            pins.push_back({id, record.counted(), record.counted_root()});
    }
    if (pins.size() > limits::closing_pins_max) {
        std::ranges::stable_sort(pins, std::ranges::greater{}, &log::LogPin::size);
        pins.erase(pins.begin() + limits::closing_pins_max, pins.end());
    }
    std::ranges::sort(pins, {}, &log::LogPin::log);
    return pins;
}

Act MembershipActs::complete(Act act) const {
    const auto fill = [&]<class One>(One& one) {
        if constexpr (std::is_same_v<One, network::Leave>)
            one.pins = pins_for(context_.school);
        else if constexpr (std::is_same_v<One, network::SetRole>)
            one.pins = one.role == Role::observer ? pins_for(one.school) : network::Pins{};
        else if constexpr (requires { one.pins; })
            one.pins = pins_for(one.school);
    };
    std::visit(fill, act);
    return act;
}

// ---------------------------------------------------------------------------------------- effects

const network::Proposal* MembershipActs::find_proposal(const RevisionId& id) const {
    const auto& all = network_.roster.proposals;
    const auto found = std::ranges::find(all, id, &network::Proposal::operation);
    return found == all.end() ? nullptr : &*found;
}

std::optional<SchoolId> MembershipActs::subject_of(const Act& act) const {
    if (std::holds_alternative<network::Leave>(act))
        return context_.school;
    if (const auto* name = std::get_if<network::NameSuccessor>(&act))
        return name->successor.value_or(context_.school);
    if (const auto* confirm = std::get_if<network::Confirm>(&act)) {
        const network::Proposal* proposal = find_proposal(confirm->closing);
        return proposal == nullptr ? std::nullopt : std::optional(proposal->school);
    }
    if (const auto* settle = std::get_if<network::ConfirmAdmit>(&act)) {
        const network::PlacedOperation* placed = network_.operations.find(settle->admit);
        const auto* admit =
            placed == nullptr ? nullptr : std::get_if<network::Admit>(&placed->operation.act);
        return admit == nullptr ? std::nullopt : std::optional(admit->school);
    }
    const SchoolId* school = network::subject_of(act);
    return school == nullptr ? std::nullopt : std::optional(*school);
}

std::optional<ChangeRefusal> MembershipActs::why_not_settle(const RevisionId& admit) const {
    if (std::ranges::count(network_.roster.disputed_admits, admit) > 0)
        return std::nullopt;
    return ChangeRefusal::unknown_admission;
}

/// Tells whether a closing lets more of a log count than counts of it here. Its author could say
/// any size, and what the school writes up to there would count for ever.                     [M11]
bool MembershipActs::names_what_is_not_here(const network::Proposal& proposal) const {
    const network::PlacedOperation* placed = network_.operations.find(proposal.operation);
    const network::Pins* pins =
        placed == nullptr ? nullptr : network::pins_of(placed->operation.act);
    return pins != nullptr && std::ranges::any_of(*pins, [&](const log::LogPin& pin) {
               const LogRecord* record = logbook_.find(pin.log);
               return record == nullptr || pin.size > record->counted();
           });
}

/// Tells whether everything that put a school out is its own word.
bool MembershipActs::is_left_to_itself(const SchoolId& school) const {
    const network::ClosedSchool& closed = network_.roster.closed.at(school);
    return std::ranges::all_of(closed.closings, [&](const RevisionId& id) {
        const network::PlacedOperation* placed = network_.operations.find(id);
        return placed != nullptr && placed->author == school;
    });
}

/// Why this school names nobody so; whether it counts is asked where rosters are folded.      [M13]
std::optional<ChangeRefusal> MembershipActs::why_not_name(const network::NameSuccessor& act) const {
    const network::Roster& roster = network_.roster;
    if (!roster.may_act(context_.school))
        return ChangeRefusal::not_acting;
    const auto named = roster.successors.find(context_.school);
    const bool is_same =
        named == roster.successors.end() ? !act.successor : named->second == act.successor;
    // Where its words disagree nobody is named, and who says so once more means it.
    if (is_same && roster.successors_at_odds.count(context_.school) == 0)
        return ChangeRefusal::already_named;
    if (!act.successor)
        return std::nullopt;
    if (*act.successor == context_.school)
        return ChangeRefusal::own_successor;
    // Whoever may not act could order nothing.
    return roster.may_act(*act.successor) ? std::nullopt : std::optional(ChangeRefusal::not_in);
}

std::optional<ChangeRefusal> MembershipActs::why_not(const Act& act) const {
    const network::Roster& roster = network_.roster;
    const SchoolId& self = context_.school;
    if (!roster.is_member(self))
        return ChangeRefusal::not_in;
    if (const auto* name = std::get_if<network::NameSuccessor>(&act))
        return why_not_name(*name);
    const auto school = subject_of(act);
    const auto* role = std::get_if<network::SetRole>(&act);
    const bool takes_coordinating = std::holds_alternative<network::Leave>(act) ||
                                    std::holds_alternative<network::Suspend>(act) ||
                                    std::holds_alternative<network::Remove>(act) ||
                                    (role != nullptr && role->role != Role::coordinator);
    if (takes_coordinating && roster.is_coordinator(*school) && roster.coordinator_count() == 1)
        return ChangeRefusal::last_coordinator;
    if (std::holds_alternative<network::Leave>(act))
        return std::nullopt;
    const auto* confirm = std::get_if<network::Confirm>(&act);
    const auto* settle = std::get_if<network::ConfirmAdmit>(&act);
    if (confirm != nullptr && !roster.may_act(self))
        return ChangeRefusal::not_acting;
    if (confirm == nullptr && !roster.is_coordinator(self))
        return ChangeRefusal::not_a_coordinator;
    if (settle != nullptr)
        return why_not_settle(settle->admit);
    if (confirm != nullptr) {
        const network::Proposal* proposal = find_proposal(confirm->closing);
        if (proposal == nullptr)
            return ChangeRefusal::unknown_proposal;
        if (names_what_is_not_here(*proposal))
            return ChangeRefusal::pins_not_here;
        const bool is_signed = std::ranges::count(proposal->signatories, self) > 0;
        return is_signed && !completes(confirm->closing)
                   ? std::optional(ChangeRefusal::already_signed)
                   : std::nullopt;
    }
    const Standing standing = standing_of(*school);
    if (standing == Standing::none || standing == Standing::disputed)
        return ChangeRefusal::unknown_school;
    if (*school == self && role == nullptr)
        return ChangeRefusal::own_school;
    if (std::holds_alternative<network::Resume>(act))
        return standing == Standing::suspended ? std::nullopt
                                               : std::optional(ChangeRefusal::already_so);
    const bool is_removal = std::holds_alternative<network::Remove>(act);
    if (is_removal && standing == Standing::suspended)
        return std::nullopt;
    // What it wrote goes on to count as far as it said itself, until others say how far.      [M11]
    if (standing == Standing::left && (is_removal || std::holds_alternative<network::Suspend>(act)))
        return is_left_to_itself(*school) ? std::nullopt : std::optional(ChangeRefusal::already_so);
    if (standing != Standing::member)
        return ChangeRefusal::not_in;
    const network::Member& member = roster.members.at(*school);
    const bool is_same =
        role != nullptr && role->role == member.role && role->until == member.until;
    if (is_same)
        return ChangeRefusal::already_so;
    return std::nullopt;
}

network::Roster MembershipActs::roster_with(Act act) const {
    const network::PlacedOperation more{
        RevisionId({}),
        context_.school,
        {network_.operations.names_for(context_.school), complete(std::move(act))}};
    return network_.operations.fold_with(more, network_.genesis, context_.verifier);
}

bool MembershipActs::completes(const RevisionId& closing) const {
    const network::Roster after = roster_with(network::Confirm{closing});
    return std::ranges::count(after.proposals, closing, &network::Proposal::operation) == 0;
}

MembershipEffect MembershipActs::effect_of(Act act) const {
    MembershipEffect effect{};
    effect.refusal = why_not(act);
    effect.school = subject_of(act);
    if (effect.school) {
        effect.before = effect.after = standing_of(*effect.school);
        effect.role_before = effect.role_after = role_in(network_.roster, *effect.school);
    }
    if (effect.refusal || !effect.school)
        return effect;
    const bool is_own = std::holds_alternative<network::Leave>(act) ||
                        (*effect.school == context_.school && network::subject_of(act) != nullptr);
    const network::Roster after = roster_with(std::move(act));
    compare(effect, *effect.school, after);
    effect.is_proposal =
        effect.before == effect.after && effect.role_before == effect.role_after && !is_own &&
        std::ranges::count(after.proposals, *effect.school, &network::Proposal::school) > 0;
    if (is_own && effect.role_before == Role::coordinator && effect.role_after == Role::coordinator)
        effect.refusal = ChangeRefusal::last_coordinator;
    return effect;
}

void MembershipActs::compare(
    MembershipEffect& effect, const SchoolId& school, const network::Roster& after
) const {
    effect.after = standing_in(after, school);
    effect.role_after = role_in(after, school);
    for (const auto& [member, known] : network_.roster.members)
        if (member != school && !after.is_member(member))
            effect.others_out.push_back(member);
    const std::set<RevisionId> open = open_invites(after);
    for (const RevisionId& invite : open_invites(network_.roster))
        effect.invitations_ended += open.count(invite) == 0 ? 1U : 0U;
    count_records(effect, school, after);
}

/// In documents as far as all of a log counts, in entries where it is cut: what stands behind a cut
/// is not read for a question.
void MembershipActs::count_records(
    MembershipEffect& effect, const SchoolId& school, const network::Roster& after
) const {
    const auto closed = after.closed.find(school);
    for (const LogId& id : network_.space.logs) {
        const LogRecord& record = *logbook_.find(id);
        if (record.descriptor.school != school ||
            record.descriptor.channel != log::Channel::records)
            continue;
        std::uint64_t kept = record.counted().value;
        if (closed != after.closed.end()) {
            const auto pin = std::ranges::find(closed->second.pins, id, &log::LogPin::log);
            kept = std::min(kept, pin == closed->second.pins.end() ? 0 : pin->size.value);
        }
        const std::uint64_t aside = record.counted().value - kept;
        const std::uint64_t documents = record.durable.documents - record.documents_beyond;
        effect.records_kept += documents - std::min(aside, documents);
        effect.records_aside += aside;
    }
}

} // namespace staffroom::replica
