// What of the operations counts: the clauses M2 to M7 of the slow twin.
#include "tests/support/network/slow_roster.hpp"

namespace staffroom::tests {

SlowRoster::Answer SlowRoster::both(Answer one, const Answer& other) {
    one.value = std::min(one.value, other.value);
    one.on.insert(other.on.begin(), other.on.end());
    if (one.value != open)
        one.on.clear();
    return one;
}

SlowRoster::Answer SlowRoster::either(Answer one, const Answer& other) {
    return opposite(both(opposite(std::move(one)), opposite(other)));
}

SlowRoster::Answer SlowRoster::opposite(Answer one) {
    one.value = static_cast<Value>(2 - one.value);
    return one;
}

SlowRoster::Answer SlowRoster::get(Question question, At at) const {
    const Value value = values_.at({at, question});
    return {value, value == open ? Keys{{at, question}} : Keys{}};
}

// ---------------------------------------------------------------------------------- following,
// [M6]

void SlowRoster::judge(bool decides_circles) {
    values_.clear();
    for (At at = 0; at < all_.size(); ++at)
        for (int question = 0; question < question_count; ++question)
            values_[{at, question}] = arises(static_cast<Question>(question), at) ? open : no;
    for (bool is_open = true; is_open;) {
        for (bool goes_on = true; goes_on;) {
            goes_on = false;
            for (auto& [key, value] : values_) {
                if (value != open)
                    continue;
                const Value answer = ask(static_cast<Question>(key.second), key.first).value;
                value = answer;
                goes_on = goes_on || answer != open;
            }
        }
        is_open = std::any_of(values_.begin(), values_.end(), [](const auto& entry) {
            return entry.second == open;
        });
        if (is_open)
            decide_circles(decides_circles);
    }
}

bool SlowRoster::arises(Question question, At at) const {
    const bool is_admit = is_signed(at) && !is_late(at);
    const auto closing = closing_of(at);
    switch (question) {
    case acts: return as<LaterAct>(at) == nullptr;
    case coordinates: return as<LaterAct>(at) == nullptr && may_coordinate(at);
    case leaves: return as<Leave>(at) != nullptr;
    case grants: return as<SetRole>(at) != nullptr && may_coordinate(at);
    case settled: return is_admit && has_rival(*as<Admit>(at));
    case eligible:
    case admits: return is_admit;
    case weak:
        return closing && (as<Suspend>(*closing) != nullptr || as<SetRole>(*closing) != nullptr);
    case strong:
    case takes: return closing.has_value();
    }
    return false;
}

SlowRoster::Answer SlowRoster::ask(Question question, At at) const {
    switch (question) {
    case acts: return stands(at, by(at), 2, false);
    case coordinates: return stands(at, by(at), 3, false);
    case leaves: return stands(at, by(at), 1, true);
    case grants: return both(get(coordinates, at), stands(at, *subject(at), 1, true));
    case eligible: return is_eligible(at);
    case settled: return is_settled(at);
    case admits: return is_admitted(at);
    case weak: return is_signed_by(at, coordinates, 1);
    case strong: return is_strong(at);
    case takes: return both(get(strong, at), leaves_a_coordinator(at));
    }
    return sure(false);
}

void SlowRoster::decide_circles(bool decides) {
    // What each open question hangs on, then all that follows from that.
    std::map<Key, Keys> on;
    for (const auto& [key, value] : values_)
        if (value == open)
            on[key] = ask(static_cast<Question>(key.second), key.first).on;
    for (bool goes_on = true; goes_on;) {
        goes_on = false;
        for (auto& [key, reached] : on) {
            Keys more = reached;
            for (const Key& next : reached)
                more.insert(on.at(next).begin(), on.at(next).end());
            goes_on = goes_on || more.size() > reached.size();
            reached = std::move(more);
        }
    }
    std::set<Keys> circles;
    for (const auto& [key, reached] : on) {
        const bool is_bottom = std::all_of(reached.begin(), reached.end(), [&](const Key& next) {
            return on.at(next).count(key) > 0;
        });
        if (is_bottom)
            circles.insert(reached);
    }
    for (const Keys& circle : circles)
        decide(circle, decides);
}

void SlowRoster::decide(const Keys& circle, bool decides) {
    const auto is_about_effect = [](const Key& key) {
        return key.second == weak || key.second == strong || key.second == takes;
    };
    Ats effects;
    for (const Key& key : circle)
        if (is_about_effect(key))
            effects.insert(key.first);
    Ats strongest;
    for (const At one : effects) {
        const bool beats_all = std::all_of(effects.begin(), effects.end(), [&](At other) {
            return closed_by(one) == closed_by(other) || is_stronger(one, other);
        });
        if (beats_all && decides)
            strongest.insert(one);
    }
    for (const Key& key : circle) {
        if (effects.empty() || (is_about_effect(key) && strongest.empty()))
            values_[key] = no;
        else if (is_about_effect(key) && strongest.count(key.first) > 0)
            values_[key] = yes;
    }
}

std::vector<SlowRoster::At> SlowRoster::signatures(At effect) const {
    std::vector<At> found;
    for (At at = 0; at < all_.size(); ++at)
        if (closing_of(at) == closing_of(effect) && by(at) != *closed_by(effect) &&
            (at == effect || sees(effect, at)))
            found.push_back(at);
    return found;
}

/// Every chain of roles from the founder to the school leads through one of these.
bool SlowRoster::rests_on(At at, const SchoolId& school, const std::set<SchoolId>& on) const {
    if (school == genesis_.founder)
        return false;
    for (const At role : past_[at]) {
        const auto* act = as<SetRole>(role);
        if (act != nullptr && act->school == school && act->role == Role::coordinator &&
            on.count(by(role)) == 0 && !rests_on(role, by(role), on))
            return false;
    }
    return true;
}

std::size_t SlowRoster::independent(At effect) const {
    std::vector<At> all = signatures(effect);
    if (all.empty())
        all.push_back(effect);
    std::set<SchoolId> signatories;
    for (const At at : all)
        signatories.insert(by(at));
    std::set<SchoolId> found;
    for (const At at : all) {
        std::set<SchoolId> others = signatories;
        others.erase(by(at));
        if (!rests_on(at, by(at), others))
            found.insert(by(at));
    }
    return found.size();
}

bool SlowRoster::is_stronger(At one, At other) const {
    if (independent(one) != independent(other))
        return independent(one) > independent(other);
    // A grant of one's that all grants of the other's see; that of the founder is in every past.
    const auto grants_at = [&](At effect) {
        std::vector<At> all = signatures(effect);
        if (all.empty())
            all.push_back(effect);
        std::vector<std::optional<At>> found;
        for (const At at : all) {
            if (by(at) == genesis_.founder)
                found.emplace_back();
            for (const At role : past_[at]) {
                const auto* act = as<SetRole>(role);
                if (act != nullptr && act->school == by(at) && act->role == Role::coordinator)
                    found.emplace_back(role);
            }
        }
        return found;
    };
    const auto others = grants_at(other);
    for (const auto& mine : grants_at(one)) {
        const bool is_senior = std::all_of(others.begin(), others.end(), [&](const auto& theirs) {
            return theirs && (!mine || sees(*theirs, *mine));
        });
        if (is_senior)
            return true;
    }
    return false;
}

// ------------------------------------------------------------------------------------ [M2] and
// [M4]

SlowRoster::Answer SlowRoster::counts(const Grant& grant, const SchoolId& school) const {
    if (grant.kind == Grant::founding)
        return sure(true);
    if (grant.kind == Grant::role)
        return get(grants, grant.place);
    Answer found = sure(false);
    for (const At admit : signed_)
        if (as<Admit>(admit)->invite == grant.invite && as<Admit>(admit)->school == school)
            found = either(found, get(admits, admit));
    return found;
}

SlowRoster::Answer SlowRoster::stands(At at, const SchoolId& school, int what, bool by_past) const {
    Answer found = sure(false);
    for (const Grant& grant : grants_of(school)) {
        if (grant.gives < what || !sees(at, grant, school))
            continue;
        found = either(found, is_held(at, school, grant, what, by_past));
    }
    return found;
}

SlowRoster::Answer SlowRoster::closes(At effect, const Grant& grant) const {
    return grant.gives == 3 ? get(takes, effect) : either(get(weak, effect), get(strong, effect));
}

SlowRoster::Answer SlowRoster::is_lifted(At effect, At at) const {
    Answer found = sure(false);
    for (At resume = 0; resume < all_.size(); ++resume)
        if (as<Resume>(resume) != nullptr && as<Suspend>(*closing_of(effect)) != nullptr &&
            as<Resume>(resume)->school == *closed_by(effect) && sees(resume, effect) &&
            sees(at, resume))
            found = either(found, get(coordinates, resume));
    return found;
}

SlowRoster::Answer SlowRoster::is_witnessed(At at, At effect, int what) const {
    const SchoolId closed = *closed_by(effect);
    Answer found = sure(false);
    for (At witness = 0; witness < all_.size(); ++witness) {
        if (!sees(witness, at) || sees(witness, effect) || witness == effect ||
            by(witness) == closed || by(witness) == by(at) || by(witness) == subject(at) ||
            (closing_of(at) && closing_of(at) == closing_of(witness)))
            continue;
        Answer is_independent = sure(false);
        for (const Grant& grant : grants_of(by(witness)))
            if (grant.gives >= what && sees(witness, grant, by(witness)) &&
                (by(effect) == closed || sees(effect, grant, by(witness)) ||
                 !wrote(closed, grant, by(witness))))
                is_independent = either(is_independent, counts(grant, by(witness)));
        found = either(found, both(get(what == 3 ? coordinates : acts, witness), is_independent));
    }
    return found;
}

// ---------------------------------------------------------------------------------------------
// [M7]

SlowRoster::Answer SlowRoster::is_eligible(At admit) const {
    const At invite = find(as<Admit>(admit)->invite);
    const SchoolId& inviter = by(invite);
    Answer is_invited = sure(false);
    for (const Grant& grant : grants_of(inviter)) {
        if (grant.gives < 3 || !sees(invite, grant, inviter))
            continue;
        Answer holds = counts(grant, inviter);
        for (At effect = 0; effect < all_.size(); ++effect) {
            if (closed_by(effect) != inviter || !sees(effect, grant, inviter))
                continue;
            Answer is_spared = sure(false);
            if (sees(invite, effect))
                is_spared = is_lifted(effect, invite);
            else if (!sees(admit, effect) && sees(effect, invite))
                is_spared = sure(true);
            else if (!sees(admit, effect))
                is_spared = either(is_witnessed(invite, effect, 3), is_witnessed(admit, effect, 2));
            holds = both(holds, either(is_spared, opposite(closes(effect, grant))));
        }
        is_invited = either(is_invited, holds);
    }
    Answer has_ended = sure(is_beyond_quota(invite));
    for (const At end : past_[admit]) {
        if (as<EndInvite>(end) == nullptr || as<EndInvite>(end)->invite != all_[invite].id)
            continue;
        has_ended = either(has_ended, get(coordinates, end));
        if (by(end) == inviter)
            has_ended = either(has_ended, get(acts, end));
    }
    return both(both(get(acts, admit), is_invited), opposite(has_ended));
}

SlowRoster::Answer SlowRoster::is_settled(At admit) const {
    const Admit& act = *as<Admit>(admit);
    Answer found = sure(false);
    for (At at = 0; at < all_.size(); ++at) {
        if (const auto* settle = as<ConfirmAdmit>(at)) {
            const At named = find(settle->admit);
            if (is_signed(named) && as<Admit>(named)->invite == act.invite &&
                as<Admit>(named)->school == act.school)
                found = either(found, get(coordinates, at));
        }
        if (sees(at, admit) && by(at) != by(admit) && by(at) != act.school && !sees_rival(at, act))
            found = either(found, get(acts, at));
    }
    return found;
}

SlowRoster::Answer SlowRoster::is_admitted(At admit) const {
    const Admit& act = *as<Admit>(admit);
    Answer has_rivals = sure(false);
    for (const At rival : signed_)
        if (as<Admit>(rival)->invite == act.invite && as<Admit>(rival)->school != act.school)
            has_rivals = either(has_rivals, get(eligible, rival));
    return both(get(eligible, admit), either(get(settled, admit), opposite(has_rivals)));
}

// ------------------------------------------------------------------------------------ [M3] and
// [M5]

SlowRoster::Answer
SlowRoster::is_signed_by(At effect, Question standing, std::size_t schools) const {
    std::map<SchoolId, Answer> signatories;
    for (const At at : signatures(effect)) {
        Answer& answer = signatories.try_emplace(by(at), sure(false)).first->second;
        answer = either(answer, get(standing, at));
    }
    std::size_t certain = 0;
    Answer rest{open, {}};
    std::size_t possible = 0;
    for (const auto& [school, answer] : signatories) {
        certain += answer.value == yes ? 1U : 0U;
        possible += answer.value == no ? 0U : 1U;
        rest.on.insert(answer.on.begin(), answer.on.end());
    }
    if (certain >= schools || possible < schools)
        return sure(certain >= schools);
    return rest;
}

SlowRoster::Answer SlowRoster::is_strong(At effect) const {
    if (by(effect) == *closed_by(effect) && as<Leave>(effect) != nullptr)
        return get(leaves, effect);
    if (by(effect) == *closed_by(effect) && as<SetRole>(effect) != nullptr)
        return get(coordinates, effect);
    const std::size_t majority = std::max<std::size_t>(admissions_seen(effect) / 2 + 1, 2);
    return either(
        is_signed_by(effect, coordinates, 2),
        both(is_signed_by(effect, coordinates, 1), is_signed_by(effect, acts, majority))
    );
}

SlowRoster::Answer SlowRoster::leaves_a_coordinator(At effect) const {
    Answer found = sure(false);
    for (const SchoolId& school : schools_) {
        if (school == *closed_by(effect))
            continue;
        for (const Grant& grant : grants_of(school)) {
            if (grant.gives < 3 || (grant.kind == Grant::role && sees(grant.place, effect)))
                continue;
            Answer holds = counts(grant, school);
            for (At other = 0; other < all_.size(); ++other)
                if (closed_by(other) == school && sees(other, grant, school) &&
                    !sees(other, effect))
                    holds = both(holds, opposite(get(takes, other)));
            found = either(found, holds);
        }
    }
    return found;
}

} // namespace staffroom::tests
