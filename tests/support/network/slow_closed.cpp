// Of the slow twin: what stands grant by grant [M4], who is closed and how far the logs of such a
// school count [M11], and the terms of roles [M12].
#include "tests/support/network/slow_roster.hpp"

namespace staffroom::tests {

/// Whether one grant stands [M4].
SlowRoster::Answer SlowRoster::is_held(
    At at, const SchoolId& school, const Grant& grant, int what, bool by_past
) const {
    Answer holds = counts(grant, school);
    for (At effect = 0; effect < all_.size(); ++effect) {
        if (effect == at || closed_by(effect) != school || grant.gives <= keeps(effect) ||
            !sees(effect, grant, school))
            continue;
        Answer is_spared = sure(true);
        if (sees(at, effect))
            is_spared = is_lifted(effect, at);
        else if (!by_past && !sees(effect, at))
            is_spared = is_witnessed(at, effect, what);
        holds = both(holds, either(is_spared, opposite(closes(effect, grant))));
    }
    return holds;
}

/// What closes a grant by which the school could write, unless a resume has lifted it.
SlowRoster::Ats SlowRoster::closing_effects(const SchoolId& school) const {
    Ats found;
    for (At effect = 0; effect < all_.size(); ++effect)
        for (const Grant& grant : grants_of(school))
            if (closed_by(effect) == school && keeps(effect) < 2 && grant.gives >= 2 &&
                sees(effect, grant, school) && counts(grant, school).value == yes &&
                closes(effect, grant).value == yes && is_lifted(effect, all_.size()).value != yes)
                found.insert(effect);
    return found;
}

SlowRoster::Ats SlowRoster::deciding(const SchoolId& school, const Ats& effects) const {
    // Each of these in turn: only those that are so, where any is.
    const auto only = [](const Ats& from, const auto& is_so) {
        Ats left;
        for (const At at : from)
            if (is_so(at))
                left.insert(at);
        return left.empty() ? from : left;
    };
    const std::vector<Grant> all_grants = grants_of(school);
    const Ats newest = only(effects, [&](At effect) {
        return std::all_of(all_grants.begin(), all_grants.end(), [&](const Grant& grant) {
            return grant.gives < 2 || counts(grant, school).value != yes ||
                   sees(effect, grant, school);
        });
    });
    const Ats by_others =
        only(newest, [&](At effect) { return by(*closing_of(effect)) != school; });
    const Ats strongest =
        only(by_others, [&](At effect) { return as<Remove>(*closing_of(effect)) != nullptr; });
    Ats first;
    for (const At effect : strongest) {
        bool has_seen_another = false;
        for (const At other : strongest)
            has_seen_another = has_seen_another || (closing_of(other) != closing_of(effect) &&
                                                    sees(*closing_of(effect), other));
        if (!has_seen_another)
            first.insert(effect);
    }
    return first;
}

void SlowRoster::write_closed(Roster& roster) const {
    for (const SchoolId& school : schools_) {
        const Ats effects = closing_effects(school);
        const int found = standing(school);
        if (found >= 2 || effects.empty())
            continue;
        network::ClosedSchool closed{};
        const auto is_suspension = [&](At effect) {
            return as<Suspend>(*closing_of(effect)) != nullptr;
        };
        // By a suspension, by nothing but suspensions and roles; by a leave or a removal each.
        bool is_suspended = false;
        bool is_gone = true;
        for (const Grant& grant : grants_of(school)) {
            if (counts(grant, school).value != yes)
                continue;
            bool has_suspension = false;
            bool has_end = false;
            bool is_ended = false;
            for (At effect = 0; effect < all_.size(); ++effect) {
                if (closed_by(effect) != school || !sees(effect, grant, school) ||
                    closes(effect, grant).value == no)
                    continue;
                const bool is_end = as<Remove>(*closing_of(effect)) != nullptr ||
                                    as<Leave>(*closing_of(effect)) != nullptr;
                has_suspension = has_suspension || is_suspension(effect);
                has_end = has_end ||
                          (!is_suspension(effect) && as<SetRole>(*closing_of(effect)) == nullptr);
                is_ended = is_ended || (is_end && closes(effect, grant).value == yes &&
                                        is_lifted(effect, all_.size()).value != yes);
            }
            is_suspended = is_suspended || (has_suspension && !has_end);
            is_gone = is_gone && (grant.gives < 2 || is_ended);
        }
        bool is_removed = false;
        for (const At effect : effects) {
            is_removed = is_removed || as<Remove>(*closing_of(effect)) != nullptr;
            closed.closings.push_back(all_[*closing_of(effect)].id);
            closed.told_by.insert(all_[effect].id);
        }
        std::sort(closed.closings.begin(), closed.closings.end());
        closed.closings.erase(
            std::unique(closed.closings.begin(), closed.closings.end()), closed.closings.end()
        );
        closed.how = found == 1     ? network::ClosedBy::role
                     : is_suspended ? network::ClosedBy::suspension
                     : !is_gone     ? network::ClosedBy::role
                     : is_removed   ? network::ClosedBy::removal
                                    : network::ClosedBy::leave;
        std::map<LogId, std::vector<std::pair<LogSize, TreeHash>>> named;
        for (const At effect : deciding(school, effects))
            for (const log::LogPin& pin :
                 *network::pins_of(all_[*closing_of(effect)].operation.act))
                named[pin.log].emplace_back(pin.size, pin.root);
        for (auto& [log, pins] : named) {
            std::sort(pins.begin(), pins.end());
            closed.pins.push_back({log, pins.back().first, pins.back().second});
        }
        roster.closed.emplace(school, std::move(closed));
    }
}

/// When the role of a member is to end: never, if anything that gives it has no end.
void SlowRoster::write_term(Member& member, int found) const {
    std::vector<std::pair<WallTime, RevisionId>> ending;
    std::set<RevisionId> for_good;
    bool is_for_good = false;
    for (const Grant& grant : grants_of(member.school)) {
        if (grant.gives != found ||
            is_held(all_.size(), member.school, grant, found, true).value != yes)
            continue;
        const auto* role = grant.kind == Grant::role ? as<SetRole>(grant.place) : nullptr;
        is_for_good = is_for_good || role == nullptr || !role->until;
        if (role != nullptr && role->until)
            ending.emplace_back(*role->until, all_[grant.place].id);
        else if (role != nullptr)
            for_good.insert(all_[grant.place].id);
    }
    std::sort(ending.begin(), ending.end());
    if (!ending.empty())
        member.role_by = ending.back().second;
    else if (!for_good.empty())
        member.role_by = *for_good.rbegin();
    if (!is_for_good && !ending.empty())
        member.until = ending.back().first;
}

} // namespace staffroom::tests
