// The clauses [M2]-[M7] and the invites of [N3], each as a question about one operation: what
// follows from what has been answered so far. How the answers follow from each other is in
// judge.cpp.
#include "protocol/network/roster/judge.hpp"

#include <algorithm>

namespace staffroom::network {

// -------------------------------------------------------------------------- grants, cuts,
// witnesses

Truth Judge::counts(const Grant& grant) const {
    if (grant.kind == GrantKind::founding)
        return Truth::yes;
    if (grant.kind == GrantKind::role)
        return answer(Question::grants, grant.place);
    const std::size_t mark = trail_.size();
    Truth found = Truth::no;
    for (const Place admit : facts_.claims()[grant.claim].admits) {
        found = either(found, answer(Question::admits, admit));
        if (found == Truth::yes)
            break;
    }
    return settle_trail(mark, found);
}

/// [M4]; at the end of history it says what holds in the end.
Truth Judge::stands(Place at, SchoolNumber school, Gives gives, bool by_past) const {
    const std::size_t mark = trail_.size();
    const SchoolFacts& facts = facts_.schools()[school];
    Truth found = Truth::no;
    for (const Grant& grant : facts.grants) {
        if (grant.gives < gives || !facts_.sees(history_, at, grant))
            continue;
        found = either(found, is_held({at, school, gives, by_past}, grant));
        if (found == Truth::yes)
            break;
    }
    return settle_trail(mark, found);
}

/// One grant of those.
Truth Judge::is_held(const Standing& standing, const Grant& grant) const {
    const auto& [at, school, gives, by_past] = standing;
    const std::size_t mark = trail_.size();
    Truth holds = counts(grant);
    for (const Place effect : effects_on(school, grant)) {
        if (holds == Truth::no)
            break;
        if (by_past && !history_.sees(at, effect))
            continue;
        if (effect == at || grant.gives <= facts_[effect].keeps ||
            !facts_.sees(history_, effect, grant))
            continue;
        const std::size_t pair_mark = trail_.size();
        Truth kept = opposite(closes(effect, grant));
        if (kept != Truth::yes)
            kept = either(kept, spares(effect, at, gives));
        holds = both(holds, settle_trail(pair_mark, kept));
    }
    return settle_trail(mark, holds);
}

/// Closings of a school that may take effect, and stand where they can see the grant.
std::span<const Place> Judge::effects_on(SchoolNumber school, const Grant& grant) const {
    if (school >= alive_.size())
        return {};
    const std::vector<Place>& alive = alive_[school];
    if (grant.kind == GrantKind::founding)
        return alive;
    const Place granted =
        grant.kind == GrantKind::role ? grant.place : facts_.claims()[grant.claim].admits.front();
    return {std::upper_bound(alive.begin(), alive.end(), granted), alive.end()};
}

Truth Judge::closes(Place effect, const Grant& grant) const {
    if (grant.gives == Gives::coordinate)
        return answer(Question::takes, effect);
    const std::size_t mark = trail_.size();
    return settle_trail(
        mark, either(answer(Question::weak, effect), answer(Question::strong, effect))
    );
}

Truth Judge::spares(Place effect, Place at, Gives gives) const {
    if (history_.sees(at, effect))
        return is_lifted(effect, at);
    if (history_.sees(effect, at))
        return Truth::yes;
    return is_witnessed(at, effect, gives);
}

Truth Judge::is_lifted(Place effect, Place at) const {
    if (!is_a<Suspend>(history_[*facts_[effect].closing]))
        return Truth::no;
    const std::size_t mark = trail_.size();
    Truth found = Truth::no;
    for (const Place resume : facts_.schools()[*facts_[effect].subject].resumes) {
        if (found == Truth::yes)
            break;
        if (history_.sees(resume, effect) && history_.sees(at, resume))
            found = either(found, answer(Question::coordinates, resume));
    }
    return settle_trail(mark, found);
}

Truth Judge::is_witnessed(Place at, Place effect, Gives gives) const {
    const std::size_t mark = trail_.size();
    const SchoolNumber closed = *facts_[effect].subject;
    const Question standing = gives == Gives::coordinate ? Question::coordinates : Question::acts;
    Truth found = Truth::no;
    for (const Place witness : possible_witnesses(at, closed)) {
        if (found == Truth::yes)
            break;
        if (history_.sees(witness, effect) || witness == effect)
            continue;
        const std::size_t one_mark = trail_.size();
        const Truth good = answer(standing, witness);
        if (good == Truth::no)
            continue;
        found = either(
            found, settle_trail(one_mark, both(good, is_independent(witness, effect, gives)))
        );
    }
    return settle_trail(mark, found);
}

/// Operations of others that see this one and may be witnesses of it, against whatever closes the
/// school. Kept while the same operation is asked about.
const std::vector<Place>& Judge::possible_witnesses(Place at, SchoolNumber closed) const {
    Witnesses& known = witnesses_;
    if (known.size == facts_.size() && known.at == at && known.closed == closed)
        return known.places;
    known = {facts_.size(), at, closed, {}};
    const std::vector<Place>& others = others_than(closed);
    for (auto next = std::upper_bound(others.begin(), others.end(), at); next != others.end();
         ++next) {
        const SchoolNumber author = facts_[*next].author;
        if (author != facts_[at].author && facts_[at].subject != author &&
            history_.sees(*next, at) &&
            (!facts_[at].closing || facts_[at].closing != facts_[*next].closing))
            known.places.push_back(*next);
    }
    return known.places;
}

/// What a closed school wrote may be most of what there is.
const std::vector<Place>& Judge::others_than(SchoolNumber school) const {
    Others& known = others_[school];
    for (; known.size < facts_.size(); ++known.size)
        if (facts_[known.size].author != school)
            known.places.push_back(known.size);
    return known.places;
}

/// The witness does not speak by a grant that only the closed school knows of.
Truth Judge::is_independent(Place witness, Place effect, Gives gives) const {
    const std::size_t mark = trail_.size();
    const SchoolNumber closed = *facts_[effect].subject;
    const bool is_own = facts_[effect].author == closed;
    Truth found = Truth::no;
    for (const Grant& grant : facts_.schools()[facts_[witness].author].grants)
        if (grant.gives >= gives && facts_.sees(history_, witness, grant) &&
            (is_own || facts_.sees(history_, effect, grant) || !facts_.wrote(closed, grant))) {
            found = either(found, counts(grant));
            if (found == Truth::yes)
                break;
        }
    return settle_trail(mark, found);
}

// ---------------------------------------------------------------------------------------
// admissions

bool Judge::has_rivals(Place admit) const {
    return facts_.invites().at(facts_.claims()[*facts_[admit].claim].invite).claims.size() > 1;
}

Truth Judge::is_eligible(Place admit) const {
    const std::size_t mark = trail_.size();
    const Place invite = facts_.claims()[*facts_[admit].claim].invite;
    Truth good = answer(Question::acts, admit);
    if (good != Truth::no)
        good = both(good, is_invited(invite, admit));
    if (good != Truth::no)
        good = both(good, opposite(has_ended(invite, admit)));
    return settle_trail(mark, good);
}

/// The inviter coordinated at the invite, as far as this admit goes.
Truth Judge::is_invited(Place invite, Place admit) const {
    const std::size_t mark = trail_.size();
    if (facts_[invite].is_beyond_quota)
        return Truth::no;
    const SchoolFacts& inviter = facts_.schools()[facts_[invite].author];
    Truth found = Truth::no;
    for (const Grant& grant : inviter.grants) {
        if (grant.gives < Gives::coordinate || !facts_.sees(history_, invite, grant))
            continue;
        const std::size_t grant_mark = trail_.size();
        Truth holds = counts(grant);
        for (const Place effect : effects_on(facts_[invite].author, grant)) {
            if (holds == Truth::no)
                break;
            if (!facts_.sees(history_, effect, grant))
                continue;
            const std::size_t pair_mark = trail_.size();
            Truth kept = opposite(closes(effect, grant));
            if (kept == Truth::yes)
                continue;
            if (history_.sees(invite, effect))
                kept = either(kept, is_lifted(effect, invite));
            else if (!history_.sees(admit, effect) && history_.sees(effect, invite))
                kept = Truth::yes;
            else if (!history_.sees(admit, effect))
                kept = either(
                    kept,
                    either(
                        is_witnessed(invite, effect, Gives::coordinate),
                        is_witnessed(admit, effect, Gives::act)
                    )
                );
            holds = both(holds, settle_trail(pair_mark, kept));
        }
        found = either(found, settle_trail(grant_mark, holds));
    }
    return settle_trail(mark, found);
}

Truth Judge::has_ended(Place invite, Place admit) const {
    const std::size_t mark = trail_.size();
    Truth found = Truth::no;
    for (const Place end : facts_.invites().at(invite).ends) {
        if (!history_.sees(admit, end))
            continue;
        const bool is_own = facts_[end].author == facts_[invite].author;
        found = either(found, answer(Question::coordinates, end));
        if (is_own)
            found = either(found, answer(Question::acts, end));
    }
    return settle_trail(mark, found);
}

Truth Judge::is_settled(Place admit) const {
    const std::size_t mark = trail_.size();
    const ClaimNumber claim = *facts_[admit].claim;
    Truth found = Truth::no;
    for (const Place settle : facts_.invites().at(facts_.claims()[claim].invite).settles)
        if (facts_[settle].claim == claim)
            found = either(found, answer(Question::coordinates, settle));
    const std::vector<Place>& others = others_than(facts_[admit].author);
    for (auto next = std::upper_bound(others.begin(), others.end(), admit);
         next != others.end() && found != Truth::yes;
         ++next) {
        const Place witness = *next;
        if (facts_[witness].author != *facts_[admit].subject && history_.sees(witness, admit) &&
            !facts_.sees_rival(witness, claim))
            found = either(found, answer(Question::acts, witness));
    }
    return settle_trail(mark, found);
}

Truth Judge::is_admitted(Place admit) const {
    const std::size_t mark = trail_.size();
    const ClaimNumber claim = *facts_[admit].claim;
    const Truth eligible = answer(Question::eligible, admit);
    if (eligible == Truth::no || !has_rivals(admit))
        return settle_trail(mark, eligible);
    const std::size_t rival_mark = trail_.size();
    Truth good = answer(Question::settled, admit);
    if (good != Truth::yes) {
        const std::size_t rivals_mark = trail_.size();
        Truth rivals = Truth::no;
        for (const ClaimNumber other : facts_.invites().at(facts_.claims()[claim].invite).claims) {
            if (other == claim)
                continue;
            for (const Place rival : facts_.claims()[other].admits)
                rivals = either(rivals, answer(Question::eligible, rival));
            if (rivals == Truth::yes)
                break;
        }
        good = either(good, settle_trail(rivals_mark, opposite(rivals)));
    }
    return settle_trail(mark, both(eligible, settle_trail(rival_mark, good)));
}

// -----------------------------------------------------------------------------------------
// closings

/// So many schools have signed with this standing, of those that the effect sees.
Truth Judge::signed_by(Place effect, Question standing, std::size_t schools) const {
    const std::size_t mark = trail_.size();
    const std::vector<Place>& all = standing == Question::coordinates
                                        ? facts_.coordinating_signatures(*facts_[effect].closing)
                                        : facts_.signatures(*facts_[effect].closing);
    std::map<SchoolNumber, std::vector<Place>> signatories;
    for (const Place signature : all)
        if (signature == effect || history_.sees(effect, signature))
            signatories[facts_[signature].author].push_back(signature);
    std::size_t certain = 0;
    std::size_t possible = 0;
    for (const auto& [school, signatures] : signatories) {
        const std::size_t one_mark = trail_.size();
        Truth truth = Truth::no;
        for (const Place signature : signatures)
            truth = either(truth, answer(standing, signature));
        settle_trail(one_mark, truth);
        certain += truth == Truth::yes ? 1U : 0U;
        possible += truth == Truth::no ? 0U : 1U;
    }
    if (certain >= schools)
        return settle_trail(mark, Truth::yes);
    return settle_trail(mark, possible >= schools ? Truth::open : Truth::no);
}

Truth Judge::is_strong(Place effect) const {
    const std::size_t mark = trail_.size();
    const Place closing = *facts_[effect].closing;
    const bool is_own = effect == closing && facts_[effect].author == *facts_[effect].subject;
    if (is_own && is_a<Leave>(history_[closing]))
        return answer(Question::leaves, effect);
    if (is_own && is_a<SetRole>(history_[closing]))
        return answer(Question::coordinates, effect);
    Truth strong = signed_by(effect, Question::coordinates, 2);
    if (strong == Truth::yes)
        return settle_trail(mark, strong);
    const std::size_t majority_mark = trail_.size();
    Truth majority = signed_by(effect, Question::coordinates, 1);
    if (majority != Truth::no)
        majority = both(
            majority,
            signed_by(
                effect,
                Question::acts,
                std::max<std::size_t>(facts_.admissions_seen(effect) / 2 + 1, 2)
            )
        );
    strong = either(strong, settle_trail(majority_mark, majority));
    return settle_trail(mark, strong);
}

/// [M5]
Truth Judge::leaves_a_coordinator(Place effect) const {
    const std::size_t mark = trail_.size();
    Truth found = Truth::no;
    for (SchoolNumber school = 0; school < facts_.schools().size(); ++school) {
        const SchoolFacts& facts = facts_.schools()[school];
        if (school == *facts_[effect].subject || found == Truth::yes)
            continue;
        for (const Grant& grant : facts.grants) {
            const bool is_later =
                grant.kind == GrantKind::role && history_.sees(grant.place, effect);
            if (grant.gives < Gives::coordinate || is_later)
                continue;
            const std::size_t grant_mark = trail_.size();
            Truth holds = counts(grant);
            for (const Place other : effects_on(school, grant))
                if (facts_.sees(history_, other, grant) && !history_.sees(other, effect) &&
                    holds != Truth::no)
                    holds = both(holds, opposite(answer(Question::takes, other)));
            found = either(found, settle_trail(grant_mark, holds));
        }
    }
    return settle_trail(mark, found);
}

} // namespace staffroom::network
