#include "protocol/network/roster/judge.hpp"

#include "protocol/network/roster/circles.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

/// What one coordinator can do to a school that does not coordinate. [M3]
bool is_weakly_closing(const PlacedOperation& closing) {
    return is_a<Suspend>(closing) || is_a<SetRole>(closing);
}

constexpr std::array effect_questions{
    Question::leaves, Question::weak, Question::strong, Question::takes};

constexpr std::array all_questions{
    Question::acts,
    Question::coordinates,
    Question::leaves,
    Question::grants,
    Question::eligible,
    Question::settled,
    Question::admits,
    Question::weak,
    Question::strong,
    Question::takes,
};

} // namespace

// ---------------------------------------------------------------------------- asking and following

void Judge::judge_all() {
    for (const bool decides : {true, false}) {
        decides_circles_ = decides;
        answers_.clear();
        open_.clear();
        alive_.clear();
        for (const SchoolFacts& school : facts_.schools())
            alive_.push_back(school.effects);
        for (Place at = 0; at < facts_.size(); ++at)
            begin(at);
        // Closings first: what was closed need not be looked at by everything before it, nor those
        // that nobody with the power to close has signed.
        for (Place at = 0; at < facts_.size(); ++at)
            if (facts_[at].closing)
                static_cast<void>(ask_all(at, effect_questions));
        bury_effects();
        while (follow())
            Circles(*this).decide();
        if (has_coordinator())
            break;
    }
    effects_.clear();
    for (Place at = 0; at < facts_.size(); ++at)
        if (is(Question::weak, at) || is(Question::strong, at))
            effects_.push_back(at);
    unsettled_.clear();
    for (const Claim& claim : facts_.claims())
        for (const Place admit : claim.admits)
            if (is(Question::eligible, admit) && !is(Question::admits, admit))
                unsettled_.push_back(admit);
}

bool Judge::judge_more() {
    const auto known = static_cast<Place>(answers_.size());
    for (Place at = known; at < facts_.size(); ++at)
        if (!is_quiet(at))
            return false;
    for (Place at = known; at < facts_.size(); ++at)
        begin(at);
    if (!follow())
        return true;
    answers_.resize(known); // nothing that they name is open, so this is not reached
    open_.clear();
    return false;
}

/// A member can write closings without end that nobody with a say in them has signed.
bool Judge::is_powerless(Place at) const {
    const auto closing = facts_[at].closing;
    if (!closing)
        return !facts_[at].may_coordinate;
    return !is_a<Leave>(history_[*closing]) && !facts_[*closing].may_coordinate &&
           facts_.coordinating_signatures(*closing).empty();
}

bool Judge::is_quiet(Place at) const {
    const PlacedOperation& placed = history_[at];
    const bool has_power = facts_[at].closing || is_a<Resume>(placed) || is_a<ConfirmAdmit>(placed);
    const bool is_loud = (has_power && !is_powerless(at)) ||
                         (facts_[at].claim && is_a<Admit>(placed) && has_rivals(at));
    return !is_loud && std::none_of(unsettled_.begin(), unsettled_.end(), [&](Place admit) {
        return history_.sees(at, admit);
    }) && std::all_of(effects_.begin(), effects_.end(), [&](Place effect) {
        return history_.sees(at, effect);
    });
}

/// Questions that do not arise are answered at once.
void Judge::begin(Place at) {
    const PlacedOperation& placed = history_[at];
    const bool is_admit = is_a<Admit>(placed) && facts_[at].claim && !facts_[at].is_late;
    const bool is_effect = facts_[at].closing.has_value();
    Answers answers;
    answers.fill(Truth::open);
    const auto rule_out = [&](Question question, bool arises) {
        if (!arises)
            answers[static_cast<std::size_t>(question)] = Truth::no;
    };
    // What nobody here can read vouches for nothing.                                        [N2]
    const bool is_readable = !is_a<LaterAct>(placed);
    rule_out(Question::acts, is_readable);
    rule_out(Question::coordinates, facts_[at].may_coordinate && is_readable);
    rule_out(Question::leaves, is_a<Leave>(placed));
    rule_out(Question::grants, is_a<SetRole>(placed) && facts_[at].may_coordinate);
    rule_out(Question::eligible, is_admit);
    rule_out(Question::settled, is_admit && has_rivals(at));
    rule_out(Question::admits, is_admit);
    rule_out(Question::weak, is_effect && is_weakly_closing(history_[*facts_[at].closing]));
    rule_out(Question::strong, is_effect);
    rule_out(Question::takes, is_effect);
    answers_.push_back(answers);
    open_.push_back(at);
}

/// What closes nothing is not looked at again.
void Judge::bury_effects() {
    for (std::vector<Place>& effects : alive_)
        std::erase_if(effects, [&](Place effect) {
            const Answers& known = answers_[effect];
            return known[static_cast<std::size_t>(Question::weak)] == Truth::no &&
                   known[static_cast<std::size_t>(Question::strong)] == Truth::no;
        });
}

/// True when something is left open.
bool Judge::follow() {
    for (bool goes_on = true; goes_on && !open_.empty();) {
        goes_on = false;
        for (const Place at : open_)
            goes_on = ask_all(at, all_questions) || goes_on;
        bury_effects();
        std::erase_if(open_, [&](Place at) {
            return std::find(answers_[at].begin(), answers_[at].end(), Truth::open) ==
                   answers_[at].end();
        });
    }
    return !open_.empty();
}

bool Judge::ask_all(Place at, std::span<const Question> questions) {
    bool has_changed = false;
    for (const Question question : questions) {
        Truth& known = answers_[at][static_cast<std::size_t>(question)];
        if (known != Truth::open)
            continue;
        known = ask(question, at);
        has_changed = has_changed || known != Truth::open;
    }
    return has_changed;
}

Truth Judge::ask(Question question, Place at) const {
    const SchoolNumber author = facts_[at].author;
    const auto subject = facts_[at].subject;
    switch (question) {
    case Question::acts: return stands(at, author, Gives::act, false);
    case Question::coordinates: return stands(at, author, Gives::coordinate, false);
    case Question::leaves: return stands(at, author, Gives::read, true);
    case Question::grants:
        return both(answer(Question::coordinates, at), stands(at, *subject, Gives::read, true));
    case Question::eligible: return is_eligible(at);
    case Question::settled: return is_settled(at);
    case Question::admits: return is_admitted(at);
    case Question::weak: return signed_by(at, Question::coordinates, 1);
    case Question::strong: return is_strong(at);
    case Question::takes: {
        const Truth strong = answer(Question::strong, at);
        return strong == Truth::no ? strong : both(strong, leaves_a_coordinator(at));
    }
    }
    return Truth::no;
}

Truth Judge::answer(Question question, Place at) const {
    const Truth known = answers_[at][static_cast<std::size_t>(question)];
    if (is_tracing_ && known == Truth::open)
        trail_.push_back({at, question});
    return known;
}

/// What is decided depends on nothing that is open.
Truth Judge::settle_trail(std::size_t mark, Truth truth) const {
    if (truth != Truth::open)
        trail_.resize(mark, OpenQuestion{0, Question::acts});
    return truth;
}

// -------------------------------------------------------------------------------------------
// result

bool Judge::has_coordinator() const {
    for (SchoolNumber school = 0; school < facts_.schools().size(); ++school)
        if (stands(facts_.size(), school, Gives::coordinate, true) == Truth::yes)
            return true;
    return false;
}

Gives Judge::standing(SchoolNumber school) const {
    for (const Gives gives : {Gives::coordinate, Gives::act, Gives::read})
        if (stands(facts_.size(), school, gives, true) == Truth::yes)
            return gives;
    return Gives::nothing;
}

bool Judge::holds(SchoolNumber school, const Grant& grant) const {
    return is_held({facts_.size(), school, grant.gives, true}, grant) == Truth::yes;
}

std::vector<Place> Judge::closing_effects(SchoolNumber school) const {
    std::vector<Place> found;
    if (school >= alive_.size() || alive_[school].empty())
        return found;
    std::vector<const Grant*> written_by;
    for (const Grant& grant : facts_.schools()[school].grants)
        if (grant.gives >= Gives::act && counts(grant) == Truth::yes)
            written_by.push_back(&grant);
    if (written_by.empty())
        return found;
    for (const Place effect : alive_[school]) {
        if (facts_[effect].keeps >= Gives::act)
            continue;
        const bool takes_writing = std::ranges::any_of(written_by, [&](const Grant* grant) {
            return facts_.sees(history_, effect, *grant) && closes(effect, *grant) == Truth::yes;
        });
        if (takes_writing && is_lifted(effect, facts_.size()) != Truth::yes)
            found.push_back(effect);
    }
    return found;
}

bool Judge::sees_all_grants(Place at, SchoolNumber school) const {
    return std::ranges::all_of(facts_.schools()[school].grants, [&](const Grant& grant) {
        return grant.gives < Gives::act || counts(grant) != Truth::yes ||
               facts_.sees(history_, at, grant);
    });
}

/// A role passes as well. The attack: one coordinator writes one for a school that it has
/// suspended, so that it looks like one that has left, and its successor erases its words.
bool Judge::is_suspended(SchoolNumber school) const {
    const SchoolFacts& facts = facts_.schools()[school];
    const auto is_closed_by = [&](const Grant& grant, bool by_suspension) {
        return [this, &grant, by_suspension](Place effect) {
            const PlacedOperation& closing = history_[*facts_[effect].closing];
            const bool is_meant = by_suspension
                                      ? is_a<Suspend>(closing)
                                      : !is_a<Suspend>(closing) && !is_a<SetRole>(closing);
            return is_meant && facts_.sees(history_, effect, grant) &&
                   closes(effect, grant) != Truth::no;
        };
    };
    return standing(school) == Gives::nothing &&
           std::ranges::any_of(facts.grants, [&](const Grant& grant) {
               return counts(grant) == Truth::yes &&
                      std::ranges::any_of(facts.effects, is_closed_by(grant, true)) &&
                      std::ranges::none_of(facts.effects, is_closed_by(grant, false));
           });
}

bool Judge::is_gone(SchoolNumber school) const {
    const SchoolFacts& facts = facts_.schools()[school];
    return std::ranges::all_of(facts.grants, [&](const Grant& grant) {
        if (grant.gives < Gives::act || counts(grant) != Truth::yes)
            return true;
        return std::ranges::any_of(facts.effects, [&](Place effect) {
            const PlacedOperation& closing = history_[*facts_[effect].closing];
            return (is_a<Leave>(closing) || is_a<Remove>(closing)) &&
                   facts_.sees(history_, effect, grant) && closes(effect, grant) == Truth::yes &&
                   is_lifted(effect, facts_.size()) != Truth::yes;
        });
    });
}

bool Judge::is_in_effect(Place closing, Gives standing) const {
    const bool coordinates = standing == Gives::coordinate;
    const std::vector<Place>& signatures = facts_.signatures(closing);
    return std::any_of(signatures.begin(), signatures.end(), [&](Place effect) {
        return is(Question::strong, effect) || (is(Question::weak, effect) && !coordinates);
    });
}

} // namespace staffroom::network
