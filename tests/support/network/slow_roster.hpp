// The fold of a roster as it was first written, rule by rule and without regard to its cost: the
// past of each admit is gathered anew, and admits are compared with each other one by one. The twin
// that network/roster is held to.
#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/network/roster.hpp"

#include <algorithm>

namespace staffroom::tests {

using network::Admit;
using network::ConfirmAdmit;
using network::EndInvite;
using network::Genesis;
using network::Invite;
using network::InviteState;
using network::Join;
using network::KnownInvite;
using network::Member;
using network::PlacedOperation;
using network::Role;
using network::Roster;
using network::SetRole;

class SlowRoster {
public:
    SlowRoster(
        std::vector<PlacedOperation> operations, const Genesis& genesis, crypto::Verifier& verifier
    )
        : genesis_(genesis)
        , charter_hash_(genesis.charter_hash())
        , verifier_(verifier) {
        for (PlacedOperation& placed : operations) {
            const RevisionId id = placed.id;
            operations_.emplace(id, std::move(placed));
        }
    }

    Roster run() {
        const std::vector<const PlacedOperation*> ordered = causal_order();
        roster_.waiting = operations_.size() - ordered.size();
        find_ever_admitted(ordered);
        find_disputes(ordered);
        admit_school(genesis_.founder, Role::coordinator, std::nullopt);
        roster_.members.at(genesis_.founder).joined = true;
        for (const PlacedOperation* placed : ordered)
            apply(*placed);
        find_maximal(ordered);
        return std::move(roster_);
    }

private:
    [[nodiscard]] const PlacedOperation* find(const RevisionId& id) const {
        const auto at = operations_.find(id);
        return at == operations_.end() ? nullptr : &at->second;
    }

    /// Kahn's order, the smallest id first among those that are ready. Operations that name
    /// something which has not arrived, and all that build on them, are left out.
    std::vector<const PlacedOperation*> causal_order() const {
        std::map<RevisionId, std::size_t> open_references;
        std::map<RevisionId, std::vector<RevisionId>> followers;
        std::set<RevisionId> ready;
        for (const auto& [id, placed] : operations_) {
            std::set<RevisionId> seen(placed.operation.seen.begin(), placed.operation.seen.end());
            open_references[id] = seen.size();
            for (const RevisionId& earlier : seen)
                followers[earlier].push_back(id);
            if (seen.empty())
                ready.insert(id);
        }
        std::vector<const PlacedOperation*> ordered;
        while (!ready.empty()) {
            const RevisionId id = *ready.begin();
            ready.erase(ready.begin());
            ordered.push_back(&operations_.at(id));
            for (const RevisionId& follower : followers[id]) {
                if (--open_references[follower] == 0)
                    ready.insert(follower);
            }
        }
        return ordered;
    }

    /// All operations in the causal past of `start`.
    std::set<RevisionId> past_of(const PlacedOperation& start) const {
        std::set<RevisionId> past;
        std::vector<const PlacedOperation*> pending{&start};
        while (!pending.empty()) {
            const PlacedOperation* at = pending.back();
            pending.pop_back();
            for (const RevisionId& seen : at->operation.seen) {
                const PlacedOperation* earlier = find(seen);
                if (earlier != nullptr && past.insert(seen).second)
                    pending.push_back(earlier);
            }
        }
        return past;
    }

    bool is_signed(const Admit& admit) {
        const PlacedOperation* source = find(admit.invite);
        const auto* invite =
            source == nullptr ? nullptr : std::get_if<Invite>(&source->operation.act);
        if (invite == nullptr)
            return false;
        return verifier_.verify(
            crypto::SignLabel::admission,
            invite->admit_key,
            network::admission_statement(admit.handshake_hash, admit.school, charter_hash_),
            admit.signature
        );
    }

    /// An admit that has another admit for its invite in its past is void. Of those left, several
    /// schools for one invite are a dispute.
    void find_disputes(const std::vector<const PlacedOperation*>& ordered) {
        std::map<RevisionId, std::vector<const PlacedOperation*>> by_invite;
        for (const PlacedOperation* placed : ordered) {
            const auto* admit = std::get_if<Admit>(&placed->operation.act);
            const bool is_heard = roster_.ever_admitted.count(placed->author) > 0;
            if (admit != nullptr && is_heard && is_signed(*admit))
                by_invite[admit->invite].push_back(placed);
        }
        for (const auto& [invite, admits] : by_invite) {
            if (admits.size() == 1)
                continue;
            std::vector<const PlacedOperation*> first;
            for (const PlacedOperation* placed : admits) {
                const auto past = past_of(*placed);
                const bool is_late =
                    std::any_of(admits.begin(), admits.end(), [&](const auto* other) {
                        return past.count(other->id) > 0;
                    });
                if (is_late)
                    void_admits_.insert(placed->id);
                else
                    first.push_back(placed);
            }
            const auto school_of = [](const PlacedOperation* placed) {
                return std::get<Admit>(placed->operation.act).school;
            };
            const bool one_school =
                std::all_of(first.begin(), first.end(), [&](const auto* placed) {
                    return school_of(placed) == school_of(first.front());
                });
            if (one_school)
                continue;
            for (const PlacedOperation* placed : first)
                disputed_.insert(placed->id);
        }
    }

    /// Whom any order of arrival may have admitted. Their governance is taken even while a dispute
    /// suspends them, for operations of others may already name theirs as seen. Grows with the set
    /// and never shrinks.
    void find_ever_admitted(const std::vector<const PlacedOperation*>& ordered) {
        std::set<SchoolId> coordinators{genesis_.founder};
        std::set<SchoolId>& ever = roster_.ever_admitted;
        ever.insert(genesis_.founder);
        for (std::size_t before = 0; before != ever.size() + coordinators.size();) {
            before = ever.size() + coordinators.size();
            for (const PlacedOperation* placed : ordered) {
                const auto* set_role = std::get_if<SetRole>(&placed->operation.act);
                if (set_role != nullptr && set_role->role == Role::coordinator &&
                    coordinators.count(placed->author) > 0)
                    coordinators.insert(set_role->school);
                const auto* admit = std::get_if<Admit>(&placed->operation.act);
                if (admit == nullptr || ever.count(placed->author) == 0)
                    continue;
                const PlacedOperation* invite = find(admit->invite);
                if (invite != nullptr && coordinators.count(invite->author) > 0 &&
                    is_signed(*admit))
                    ever.insert(admit->school);
            }
        }
    }

    void admit_school(const SchoolId& school, Role role, std::optional<RevisionId> admit) {
        roster_.members.emplace(school, Member{school, role, false, admit});
    }

    void apply(const PlacedOperation& placed) {
        if (!roster_.is_member(placed.author))
            return;
        const auto visitor = [&](const auto& act) { apply_act(placed, act); };
        std::visit(visitor, placed.operation.act);
    }

    void apply_act(const PlacedOperation& placed, const Invite& invite) {
        if (!roster_.is_coordinator(placed.author) ||
            roster_.open_invite_count() >= limits::open_invitations_max)
            return;
        roster_.invites.emplace(
            placed.id, KnownInvite{placed.id, placed.author, InviteState::open, &invite}
        );
    }

    void apply_act(const PlacedOperation& placed, const Admit& admit) {
        const auto invite = roster_.invites.find(admit.invite);
        if (invite == roster_.invites.end() || void_admits_.count(placed.id) > 0 ||
            !is_signed(admit) || roster_.members.size() >= limits::schools_per_network_max)
            return;
        if (disputed_.count(placed.id) > 0) {
            if (invite->second.state == InviteState::open)
                invite->second.state = InviteState::disputed;
            if (invite->second.state == InviteState::disputed)
                roster_.disputed_admits.push_back(placed.id);
            return;
        }
        if (invite->second.state == InviteState::open ||
            invite->second.state == InviteState::ended) {
            // An end that did not know of the admission does not undo it; one that did came too
            // late for it.
            if (invite->second.state == InviteState::ended && ended_before(placed, admit.invite))
                return;
            invite->second.state = InviteState::spent;
            admit_school(admit.school, Role::member, placed.id);
        }
    }

    /// True when the author of the admit had seen an end of its invite.
    bool ended_before(const PlacedOperation& placed, const RevisionId& invite) const {
        for (const RevisionId& id : past_of(placed)) {
            const auto* end = std::get_if<EndInvite>(&find(id)->operation.act);
            if (end != nullptr && end->invite == invite)
                return true;
        }
        return false;
    }

    void apply_act(const PlacedOperation& placed, const Join& join) {
        const auto member = roster_.members.find(placed.author);
        if (member != roster_.members.end() && join.charter_hash == charter_hash_)
            member->second.joined = true;
    }

    void apply_act(const PlacedOperation& placed, const ConfirmAdmit& confirm) {
        if (!roster_.is_coordinator(placed.author))
            return;
        auto& disputed = roster_.disputed_admits;
        if (std::find(disputed.begin(), disputed.end(), confirm.admit) == disputed.end())
            return;
        const auto& admit = std::get<Admit>(find(confirm.admit)->operation.act);
        const auto same_invite = [&](const RevisionId& id) {
            return std::get<Admit>(find(id)->operation.act).invite == admit.invite;
        };
        roster_.invites.at(admit.invite).state = InviteState::spent;
        admit_school(admit.school, Role::member, confirm.admit);
        disputed.erase(
            std::remove_if(disputed.begin(), disputed.end(), same_invite), disputed.end()
        );
    }

    void apply_act(const PlacedOperation& placed, const SetRole& set_role) {
        const auto member = roster_.members.find(set_role.school);
        if (!roster_.is_coordinator(placed.author) || member == roster_.members.end())
            return;
        const bool is_last = member->second.role == Role::coordinator &&
                             set_role.role == Role::member && roster_.coordinator_count() == 1;
        if (!is_last) // A network is never left without a coordinator.
            member->second.role = set_role.role;
    }

    void apply_act(const PlacedOperation& placed, const EndInvite& end) {
        const auto invite = roster_.invites.find(end.invite);
        if (invite == roster_.invites.end() || invite->second.state != InviteState::open)
            return;
        if (roster_.is_coordinator(placed.author) || invite->second.author == placed.author)
            invite->second.state = InviteState::ended;
    }

    void find_maximal(const std::vector<const PlacedOperation*>& ordered) {
        std::set<RevisionId> maximal;
        for (const PlacedOperation* placed : ordered) {
            for (const RevisionId& seen : placed->operation.seen)
                maximal.erase(seen);
            maximal.insert(placed->id);
        }
        for (const RevisionId& id : maximal) {
            if (roster_.maximal.size() < limits::operation_seen_max)
                roster_.maximal.push_back(id);
        }
    }

    std::map<RevisionId, PlacedOperation> operations_;
    const Genesis& genesis_;
    Digest charter_hash_;
    crypto::Verifier& verifier_;
    std::set<RevisionId> void_admits_;
    std::set<RevisionId> disputed_;
    Roster roster_;
};

} // namespace staffroom::tests
