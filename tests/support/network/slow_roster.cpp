#include "tests/support/network/slow_roster.hpp"

namespace staffroom::tests {

SlowRoster::SlowRoster(
    std::vector<PlacedOperation> operations, const Genesis& genesis, crypto::Verifier& verifier
)
    : genesis_(genesis)
    , charter_hash_(genesis.charter_hash()) {
    order(std::move(operations));
    check_signatures(verifier);
    find_beyond_quota();
    schools_.insert(genesis.founder);
    for (At at = 0; at < all_.size(); ++at) {
        schools_.insert(by(at));
        if (const auto school = subject(at))
            schools_.insert(*school);
    }
}

Roster SlowRoster::run() {
    judge(true);
    if (!has_coordinator())
        judge(false);
    Roster roster;
    write(roster);
    return roster;
}

// ------------------------------------------------------------------------------------- [M1], facts

void SlowRoster::order(std::vector<PlacedOperation> operations) {
    std::map<RevisionId, PlacedOperation> left;
    for (PlacedOperation& placed : operations) {
        const RevisionId id = placed.id;
        left.emplace(id, std::move(placed));
    }
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        for (auto at = left.begin(); at != left.end();) {
            std::vector<RevisionId> names = at->second.operation.seen;
            if (const auto inside = network::named_by(at->second.operation.act))
                names.push_back(*inside);
            Ats past;
            bool is_ready = true;
            for (const RevisionId& name : names) {
                const At named = find(name);
                is_ready = is_ready && named < all_.size();
                if (named == all_.size())
                    continue;
                past.insert(named);
                past.insert(past_[named].begin(), past_[named].end());
            }
            if (!is_ready) {
                ++at;
                continue;
            }
            all_.push_back(std::move(at->second));
            past_.push_back(std::move(past));
            at = left.erase(at);
            goes_on = true;
        }
    }
    waiting_ = left.size();
}

SlowRoster::At SlowRoster::find(const RevisionId& id) const {
    for (At at = 0; at < all_.size(); ++at)
        if (all_[at].id == id)
            return at;
    return all_.size();
}

void SlowRoster::check_signatures(crypto::Verifier& verifier) {
    for (At at = 0; at < all_.size(); ++at) {
        const auto* admit = as<Admit>(at);
        const At invite = admit == nullptr ? all_.size() : find(admit->invite);
        if (invite == all_.size() || as<Invite>(invite) == nullptr || !may_coordinate(invite))
            continue;
        if (verifier.verify(
                crypto::SignLabel::admission,
                as<Invite>(invite)->admit_key,
                network::admission_statement(admit->handshake_hash, admit->school, charter_hash_),
                admit->signature
            ))
            signed_.insert(at);
    }
}

int SlowRoster::gives(Role role) {
    return role == Role::coordinator ? 3 : role == Role::member ? 2 : 1;
}

/// A closing itself, or the one that is confirmed.
std::optional<SlowRoster::At> SlowRoster::closing_of(At at) const {
    const auto* role = as<SetRole>(at);
    if (as<Suspend>(at) != nullptr || as<Remove>(at) != nullptr || as<Leave>(at) != nullptr ||
        (role != nullptr && role->role != Role::coordinator))
        return at;
    const auto* confirm = as<Confirm>(at);
    const At closing = confirm == nullptr ? all_.size() : find(confirm->closing);
    if (closing == all_.size() || as<Confirm>(closing) != nullptr)
        return std::nullopt;
    return closing_of(closing);
}

std::optional<SchoolId> SlowRoster::closed_by(At at) const {
    const auto closing = closing_of(at);
    if (!closing)
        return std::nullopt;
    return as<Leave>(*closing) != nullptr ? by(*closing) : subject(*closing);
}

std::optional<SchoolId> SlowRoster::subject(At at) const {
    if (const SchoolId* school = network::subject_of(all_[at].operation.act))
        return *school;
    if (const auto* name = as<NameSuccessor>(at))
        return name->successor;
    return as<Confirm>(at) != nullptr || as<Leave>(at) != nullptr ? closed_by(at) : std::nullopt;
}

int SlowRoster::keeps(At effect) const {
    const auto* role = as<SetRole>(*closing_of(effect));
    return role == nullptr ? 0 : gives(role->role);
}

std::vector<SlowRoster::Grant> SlowRoster::grants_of(const SchoolId& school) const {
    std::vector<Grant> found;
    const RevisionId none({});
    if (school == genesis_.founder)
        found = {{2, Grant::founding, none, 0}, {3, Grant::founding, none, 0}};
    std::set<RevisionId> invites;
    for (At at = 0; at < all_.size(); ++at) {
        if (const auto* role = as<SetRole>(at); role != nullptr && role->school == school)
            found.push_back({gives(role->role), Grant::role, none, at});
        const auto* admit = as<Admit>(at);
        if (admit != nullptr && admit->school == school && is_signed(at) &&
            invites.insert(admit->invite).second)
            found.push_back({2, Grant::admission, admit->invite, 0});
    }
    return found;
}

bool SlowRoster::sees(At at, const Grant& grant, const SchoolId& school) const {
    if (grant.kind == Grant::founding)
        return true;
    if (grant.kind == Grant::role)
        return sees(at, grant.place);
    for (At admit = 0; admit < all_.size(); ++admit)
        if (is_signed(admit) && as<Admit>(admit)->invite == grant.invite &&
            as<Admit>(admit)->school == school && sees(at, admit))
            return true;
    return false;
}

bool SlowRoster::wrote(const SchoolId& school, const Grant& grant, const SchoolId& of) const {
    if (grant.kind == Grant::founding)
        return false;
    if (grant.kind == Grant::role)
        return by(grant.place) == school;
    bool is_all = true;
    for (At admit = 0; admit < all_.size(); ++admit)
        if (is_signed(admit) && as<Admit>(admit)->invite == grant.invite &&
            as<Admit>(admit)->school == of)
            is_all = is_all && by(admit) == school;
    return is_all || by(find(grant.invite)) == school;
}

bool SlowRoster::may_coordinate(At at) const {
    if (by(at) == genesis_.founder)
        return true;
    for (const At role : past_[at]) {
        const auto* act = as<SetRole>(role);
        if (act != nullptr && act->school == by(at) && act->role == Role::coordinator &&
            may_coordinate(role))
            return true;
    }
    return false;
}

bool SlowRoster::sees_rival(At at, const Admit& admit) const {
    for (const At other : past_[at])
        if (is_signed(other) && as<Admit>(other)->invite == admit.invite &&
            as<Admit>(other)->school != admit.school)
            return true;
    return false;
}

bool SlowRoster::is_late(At admit) const {
    return sees_rival(admit, *as<Admit>(admit));
}

bool SlowRoster::has_rival(const Admit& admit) const {
    return std::any_of(signed_.begin(), signed_.end(), [&](At other) {
        return as<Admit>(other)->invite == admit.invite && as<Admit>(other)->school != admit.school;
    });
}

/// [M8]
void SlowRoster::find_beyond_quota() {
    for (At invite = 0; invite < all_.size(); ++invite) {
        std::size_t count = 0;
        for (const At other : past_[invite]) {
            if (as<Invite>(invite) == nullptr || as<Invite>(other) == nullptr ||
                by(other) != by(invite) || is_beyond_quota(other))
                continue;
            const RevisionId& id = all_[other].id;
            const auto& past = past_[invite];
            const bool is_over = std::any_of(past.begin(), past.end(), [&](At at) {
                return (as<EndInvite>(at) != nullptr && as<EndInvite>(at)->invite == id) ||
                       (is_signed(at) && as<Admit>(at)->invite == id);
            });
            count += is_over ? 0U : 1U;
        }
        if (count >= limits::open_invitations_max)
            beyond_quota_.insert(invite);
    }
}

std::size_t SlowRoster::admissions_seen(At at) const {
    std::set<RevisionId> invites;
    for (const At admit : past_[at])
        if (is_signed(admit))
            invites.insert(as<Admit>(admit)->invite);
    return invites.size();
}

// -------------------------------------------------------------------------------------------
// result

int SlowRoster::standing(const SchoolId& school) const {
    for (const int what : {3, 2, 1})
        if (stands(all_.size(), school, what, true).value == yes)
            return what;
    return 0;
}

bool SlowRoster::has_coordinator() const {
    return std::any_of(schools_.begin(), schools_.end(), [&](const SchoolId& school) {
        return standing(school) == 3;
    });
}

void SlowRoster::write(Roster& roster) const {
    roster.waiting = waiting_;
    for (const SchoolId& school : schools_) {
        const int found = standing(school);
        if (found == 0)
            continue;
        const Role role = found == 3   ? Role::coordinator
                          : found == 2 ? Role::member
                                       : Role::observer;
        Member member{school, role, school == genesis_.founder, std::nullopt};
        for (At at = 0; at < all_.size(); ++at) {
            const auto* join = as<Join>(at);
            const At admit = join == nullptr ? all_.size() : find(join->admit);
            member.joined =
                member.joined ||
                (admit < all_.size() && by(at) == school && is_signed(admit) &&
                 as<Admit>(admit)->school == school && join->charter_hash == charter_hash_);
            if (as<Admit>(at) != nullptr && as<Admit>(at)->school == school &&
                get(admits, at).value == yes)
                member.admit = std::max(member.admit.value_or(all_[at].id), all_[at].id);
        }
        write_term(member, found);
        roster.members.emplace(school, member);
    }
    write_closed(roster);
    write_invites(roster);
    write_successors(roster);
    roster.ever_admitted.insert(genesis_.founder);
    for (std::size_t before = 0; before != roster.ever_admitted.size();) {
        before = roster.ever_admitted.size();
        for (const At admit : signed_)
            if (roster.ever_admitted.count(by(admit)) > 0)
                roster.ever_admitted.insert(as<Admit>(admit)->school);
    }
}

void SlowRoster::write_successors(Roster& roster) const {
    for (const SchoolId& school : schools_) {
        // A word that a suspension or a role alone has taken hides what it sees, and says nothing.
        const auto is_ended_before = [&](At at) {
            for (At effect = 0; effect < all_.size(); ++effect)
                if (closed_by(effect) == school && !sees(effect, at) &&
                    as<Suspend>(*closing_of(effect)) == nullptr &&
                    as<SetRole>(*closing_of(effect)) == nullptr &&
                    (get(weak, effect).value == yes || get(strong, effect).value == yes))
                    return true;
            return false;
        };
        Ats counting;
        Ats hiding;
        for (At at = 0; at < all_.size(); ++at) {
            if (as<NameSuccessor>(at) == nullptr || by(at) != school)
                continue;
            const bool counts = get(acts, at).value == yes;
            if (counts)
                counting.insert(at);
            if (counts || !is_ended_before(at))
                hiding.insert(at);
        }
        std::set<std::optional<SchoolId>> said;
        for (const At at : counting)
            if (std::none_of(hiding.begin(), hiding.end(), [&](At later) {
                    return past_[later].count(at) > 0;
                }))
                said.insert(as<NameSuccessor>(at)->successor);
        if (said.size() > 1)
            roster.successors_at_odds.insert(school);
        if (said.size() == 1 && said.begin()->has_value())
            roster.successors.emplace(school, **said.begin());
    }
}

void SlowRoster::write_invites(Roster& roster) const {
    for (At at = 0; at < all_.size(); ++at) {
        if (as<Invite>(at) == nullptr || get(coordinates, at).value != yes || is_beyond_quota(at))
            continue;
        bool is_spent = false;
        bool is_ended = standing(by(at)) != 3;
        std::vector<RevisionId> in_doubt;
        for (At other = 0; other < all_.size(); ++other) {
            if (as<Admit>(other) != nullptr && as<Admit>(other)->invite == all_[at].id) {
                is_spent = is_spent || get(admits, other).value == yes;
                if (get(eligible, other).value == yes)
                    in_doubt.push_back(all_[other].id);
            }
            if (as<EndInvite>(other) != nullptr && as<EndInvite>(other)->invite == all_[at].id)
                is_ended = is_ended || get(coordinates, other).value == yes ||
                           (by(other) == by(at) && get(acts, other).value == yes);
        }
        InviteState state = is_ended ? InviteState::ended : InviteState::open;
        if (is_spent) {
            state = InviteState::spent;
        } else if (!in_doubt.empty()) {
            state = InviteState::disputed;
            roster.disputed_admits.insert(
                roster.disputed_admits.end(), in_doubt.begin(), in_doubt.end()
            );
        }
        roster.invites.emplace(
            all_[at].id, KnownInvite{all_[at].id, by(at), state, as<Invite>(at)}
        );
    }
    std::sort(roster.disputed_admits.begin(), roster.disputed_admits.end());
}

} // namespace staffroom::tests
