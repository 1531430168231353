#include "protocol/network/roster.hpp"

#include "protocol/base/limits.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

/// The last step of the fold: each operation, in order, against the roster as it stands.
class Folder {
public:
    Folder(
        const OperationsById& operations, const CausalOrder& order, const AdmissionContext& context
    )
        : operations_(operations)
        , order_(order)
        , context_(context)
        , admissions_(judge_admissions(order, context)) {}

    Roster run() {
        const SchoolId& founder = context_.genesis.founder;
        roster_.waiting = order_.waiting();
        roster_.ever_admitted = admissions_.ever_admitted;
        admit_school(founder, Role::coordinator, std::nullopt);
        coordinators_ = 1;
        roster_.members.at(founder).joined = true;
        for (std::size_t at = 0; at < order_.size(); ++at)
            apply(at);
        roster_.maximal = order_.maximal();
        if (roster_.maximal.size() > limits::operation_seen_max)
            roster_.maximal.erase(
                roster_.maximal.begin() + limits::operation_seen_max, roster_.maximal.end()
            );
        return std::move(roster_);
    }

private:
    void admit_school(const SchoolId& school, Role role, std::optional<RevisionId> admit) {
        roster_.members.emplace(school, Member{school, role, false, admit});
    }

    void apply(std::size_t at) {
        if (!roster_.is_member(order_[at].author))
            return;
        std::visit([&](const auto& act) { apply_act(at, act); }, order_[at].operation.act);
    }

    void apply_act(std::size_t at, const Invite& invite) {
        if (!roster_.is_coordinator(order_[at].author) ||
            open_invites_ >= limits::open_invitations_max)
            return;
        ++open_invites_;
        roster_.invites.emplace(
            order_[at].id, KnownInvite{order_[at].id, order_[at].author, InviteState::open, &invite}
        );
    }

    void apply_act(std::size_t at, const Admit& admit) {
        const auto invite = roster_.invites.find(admit.invite);
        if (invite == roster_.invites.end() || admissions_.is_late[at] ||
            !context_.is_signed(admit) || roster_.members.size() >= limits::schools_per_network_max)
            return;
        const RevisionId& id = order_[at].id;
        if (admissions_.is_disputed[at]) {
            if (invite->second.state == InviteState::open)
                set_state(invite->second, InviteState::disputed);
            if (invite->second.state == InviteState::disputed)
                roster_.disputed_admits.push_back(id);
            return;
        }
        if (invite->second.state == InviteState::open ||
            invite->second.state == InviteState::ended) {
            // An end that did not know of the admission does not undo it; one that did came too
            // late for it.
            if (invite->second.state == InviteState::ended && admissions_.is_after_end[at])
                return;
            set_state(invite->second, InviteState::spent);
            admit_school(admit.school, Role::member, id);
        }
    }

    void set_state(KnownInvite& invite, InviteState state) {
        open_invites_ -= invite.state == InviteState::open ? 1U : 0U;
        invite.state = state;
    }

    void apply_act(std::size_t at, const Join& join) {
        const auto member = roster_.members.find(order_[at].author);
        if (member != roster_.members.end() && join.charter_hash == context_.charter_hash)
            member->second.joined = true;
    }

    void apply_act(std::size_t at, const ConfirmAdmit& confirm) {
        if (!roster_.is_coordinator(order_[at].author))
            return;
        auto& disputed = roster_.disputed_admits;
        if (std::find(disputed.begin(), disputed.end(), confirm.admit) == disputed.end())
            return;
        const auto& admit = std::get<Admit>(operations_.at(confirm.admit).operation.act);
        const auto same_invite = [&](const RevisionId& id) {
            return std::get<Admit>(operations_.at(id).operation.act).invite == admit.invite;
        };
        set_state(roster_.invites.at(admit.invite), InviteState::spent);
        admit_school(admit.school, Role::member, confirm.admit);
        disputed.erase(
            std::remove_if(disputed.begin(), disputed.end(), same_invite), disputed.end()
        );
    }

    void apply_act(std::size_t at, const SetRole& set_role) {
        const auto member = roster_.members.find(set_role.school);
        if (!roster_.is_coordinator(order_[at].author) || member == roster_.members.end())
            return;
        const bool was = member->second.role == Role::coordinator;
        const bool becomes = set_role.role == Role::coordinator;
        if (was && !becomes && coordinators_ == 1)
            return; // A network is never left without a coordinator.
        coordinators_ += becomes ? 1U : 0U;
        coordinators_ -= was ? 1U : 0U;
        member->second.role = set_role.role;
    }

    void apply_act(std::size_t at, const EndInvite& end) {
        const auto invite = roster_.invites.find(end.invite);
        if (invite == roster_.invites.end() || invite->second.state != InviteState::open)
            return;
        if (roster_.is_coordinator(order_[at].author) || invite->second.author == order_[at].author)
            set_state(invite->second, InviteState::ended);
    }

    const OperationsById& operations_;
    const CausalOrder& order_;
    const AdmissionContext& context_;
    Admissions admissions_;
    std::size_t open_invites_ = 0;
    std::size_t coordinators_ = 0;
    Roster roster_;
};

} // namespace

bool Roster::is_member(const SchoolId& school) const {
    return members.count(school) > 0;
}

bool Roster::is_coordinator(const SchoolId& school) const {
    const auto member = members.find(school);
    return member != members.end() && member->second.role == Role::coordinator;
}

std::size_t Roster::coordinator_count() const {
    return static_cast<std::size_t>(std::count_if(
        members.begin(),
        members.end(),
        [](const auto& entry) { return entry.second.role == Role::coordinator; }
    ));
}

std::size_t Roster::open_invite_count() const {
    return static_cast<std::size_t>(std::count_if(
        invites.begin(),
        invites.end(),
        [](const auto& entry) { return entry.second.state == InviteState::open; }
    ));
}

void OperationSet::add(PlacedOperation operation) {
    const RevisionId id = operation.id;
    operations_.emplace(id, std::move(operation));
}

void OperationSet::remove(const RevisionId& id) {
    operations_.erase(id);
}

const PlacedOperation* OperationSet::find(const RevisionId& id) const {
    const auto at = operations_.find(id);
    return at == operations_.end() ? nullptr : &at->second;
}

Roster OperationSet::fold(const Genesis& genesis, crypto::Verifier& verifier) {
    const Digest charter_hash = genesis.charter_hash();
    const CausalOrder order(operations_, passes_over_missing_);
    const AdmissionContext context{operations_, genesis, charter_hash, checked_, verifier};
    return Folder(operations_, order, context).run();
}

} // namespace staffroom::network
