#include "protocol/network/roster/roster.hpp"

#include "protocol/network/roster/closed.hpp"
#include "protocol/network/roster/naming.hpp"
#include "protocol/network/roster/succession.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

/// Writes down what was judged.
class Writer {
public:
    Writer(const History& history, const Facts& facts, const Judge& judge)
        : history_(history)
        , facts_(facts)
        , judge_(judge) {}

    Roster write() {
        for (SchoolNumber school = 0; school < facts_.schools().size(); ++school)
            write_school(school);
        for (const auto& [place, invite] : facts_.invites())
            write_invite(place, invite);
        for (Place at = 0; at < history_.size(); ++at)
            write_proposal(at);
        find_ever_admitted();
        roster_.waiting = history_.waiting();
        std::sort(roster_.disputed_admits.begin(), roster_.disputed_admits.end());
        std::sort(
            roster_.proposals.begin(),
            roster_.proposals.end(),
            [](const auto& one, const auto& other) { return one.operation < other.operation; }
        );
        return std::move(roster_);
    }

private:
    void write_school(SchoolNumber school) {
        const SchoolFacts& facts = facts_.schools()[school];
        write_successor(school);
        const Gives standing = judge_.standing(school);
        standing_.push_back(standing);
        if (standing == Gives::nothing && judge_.is_suspended(school))
            roster_.suspended.insert(facts.id);
        if (auto closed = Closings(history_, facts_, judge_).closed_school(school, standing))
            roster_.closed.emplace(facts.id, std::move(*closed));
        if (standing == Gives::nothing)
            return;
        Member member{facts.id, Role::observer, school == facts_.founder(), std::nullopt};
        if (standing == Gives::coordinate)
            member.role = Role::coordinator;
        else if (standing == Gives::act)
            member.role = Role::member;
        member.joined = member.joined || !facts.joins.empty();
        for (const Grant& grant : facts.grants) {
            if (grant.kind != GrantKind::admission)
                continue;
            // Of several admits that say the same, any names the admission.
            for (const Place admit : facts_.claims()[grant.claim].admits)
                if (judge_.is(Question::admits, admit))
                    member.admit =
                        std::max(member.admit.value_or(history_[admit].id), history_[admit].id);
        }
        put_term(member, school, standing);
        roster_.members.emplace(facts.id, member);
    }

    /// Where the newest words of a school name different ones, nobody is named: no order of arrival
    /// and no id may decide. [M13]
    void write_successor(SchoolNumber school) {
        const std::set<NamedSchool> said = Succession(history_, facts_, judge_).said(school);
        const SchoolId& id = facts_.schools()[school].id;
        if (said.size() > 1)
            roster_.successors_at_odds.insert(id);
        else if (!said.empty() && *said.begin())
            roster_.successors.emplace(id, **said.begin());
    }

    /// By which operation a member has its role, and until when. What it has for good has no end. A
    /// coordinator can give one role thousands of times, so the first that holds ends the search.
    void put_term(Member& member, SchoolNumber school, Gives standing) {
        using Term = std::pair<std::optional<WallTime>, RevisionId>;
        std::vector<std::pair<Term, const Grant*>> roles;
        bool is_for_good = false;
        for (const Grant& grant : facts_.schools()[school].grants) {
            if (grant.gives != standing)
                continue;
            if (grant.kind != GrantKind::role) {
                is_for_good = is_for_good || judge_.holds(school, grant);
                continue;
            }
            const PlacedOperation& placed = history_[grant.place];
            roles.push_back({{std::get<SetRole>(placed.operation.act).until, placed.id}, &grant});
        }
        std::ranges::sort(roles, std::ranges::greater{});
        const auto holds = [&](const auto& role) { return judge_.holds(school, *role.second); };
        const auto longest = std::ranges::find_if(roles, holds);
        if (longest == roles.end())
            return;
        member.role_by = longest->first.second;
        is_for_good =
            is_for_good || std::any_of(roles.rbegin(), roles.rend(), [&](const auto& role) {
                return !role.first.first && holds(role);
            });
        if (!is_for_good)
            member.until = longest->first.first;
    }

    void write_invite(Place place, const InviteFacts& facts) {
        if (!judge_.is(Question::coordinates, place) || facts_[place].is_beyond_quota)
            return;
        bool is_spent = false;
        std::vector<RevisionId> eligible;
        for (const ClaimNumber claim : facts.claims) {
            for (const Place admit : facts_.claims()[claim].admits) {
                is_spent = is_spent || judge_.is(Question::admits, admit);
                if (judge_.is(Question::eligible, admit))
                    eligible.push_back(history_[admit].id);
            }
        }
        const SchoolNumber author = facts_[place].author;
        const bool is_ended =
            standing_[author] != Gives::coordinate ||
            std::any_of(facts.ends.begin(), facts.ends.end(), [&](Place end) {
                return judge_.is(Question::coordinates, end) ||
                       (facts_[end].author == author && judge_.is(Question::acts, end));
            });
        InviteState state = is_ended ? InviteState::ended : InviteState::open;
        if (is_spent)
            state = InviteState::spent;
        else if (!eligible.empty()) {
            state = InviteState::disputed;
            auto& disputed = roster_.disputed_admits;
            disputed.insert(disputed.end(), eligible.begin(), eligible.end());
        }
        const PlacedOperation& placed = history_[place];
        roster_.invites.emplace(
            placed.id,
            KnownInvite{placed.id, placed.author, state, &std::get<Invite>(placed.operation.act)}
        );
    }

    /// Tells whether a school is out, and no removal says how far its logs count: its own leave
    /// does, with pins as large as it likes, or one coordinator alone.                   [M11]
    [[nodiscard]] bool lacks_removal(SchoolNumber school) const {
        const auto closed = roster_.closed.find(facts_.schools()[school].id);
        return closed != roster_.closed.end() && (closed->second.how == ClosedBy::leave ||
                                                  closed->second.how == ClosedBy::suspension);
    }

    void write_proposal(Place at) {
        if (facts_[at].closing != at || facts_[at].subject == facts_[at].author ||
            !judge_.is(Question::acts, at))
            return;
        const SchoolNumber subject = *facts_[at].subject;
        const bool changes_nothing = standing_[subject] <= facts_[at].keeps &&
                                     !(is_a<Remove>(history_[at]) && lacks_removal(subject));
        if (judge_.is_in_effect(at, standing_[subject]) || changes_nothing)
            return;
        std::set<SchoolId> signatories;
        for (const Place signature : facts_.signatures(at))
            if (judge_.is(Question::acts, signature))
                signatories.insert(history_[signature].author);
        roster_.proposals.push_back(
            {history_[at].id,
             history_[at].author,
             facts_.schools()[subject].id,
             {signatories.begin(), signatories.end()}}
        );
    }

    /// Whom any order of arrival may have admitted, by whoever may have coordinated. Their
    /// governance is taken even while it does not count, for operations of others may name it.
    /// Grows with the operations and never shrinks.
    void find_ever_admitted() {
        std::set<SchoolId>& ever = roster_.ever_admitted;
        ever.insert(facts_.schools()[facts_.founder()].id);
        for (std::size_t before = 0; before != ever.size();) {
            before = ever.size();
            for (const Claim& claim : facts_.claims())
                for (const Place admit : claim.admits)
                    if (ever.count(history_[admit].author) > 0) {
                        ever.insert(facts_.schools()[claim.school].id);
                        break;
                    }
        }
    }

    const History& history_;
    const Facts& facts_;
    const Judge& judge_;
    std::vector<Gives> standing_; // of each school, in the end
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

bool Roster::may_act(const SchoolId& school) const {
    const auto member = members.find(school);
    return member != members.end() && member->second.role != Role::observer;
}

bool Roster::is_there(const SchoolId& school) const {
    return is_member(school) || suspended.count(school) > 0;
}

bool Roster::succeeds(const SchoolId& successor, const SchoolId& school) const {
    const auto named = successors.find(school);
    const auto out = closed.find(school);
    // One coordinator alone suspends, and a school that is suspended is there to be asked.
    const bool is_gone =
        out != closed.end() && !is_member(school) &&
        (out->second.how == ClosedBy::removal || out->second.how == ClosedBy::leave);
    // The attack: one coordinator alone suspends the successor, or makes it an observer, and the
    // words come back that it has had erased. It orders nothing more, and what it ordered stands.
    return is_gone && is_there(successor) && named != successors.end() &&
           named->second == successor;
}

OrderRight Roster::order_right(const SchoolId& author, const SchoolId& school) const {
    if (author == school || (succeeds(author, school) && may_act(author)))
        return OrderRight::alone;
    return !is_member(school) && is_coordinator(author) ? OrderRight::with_another
                                                        : OrderRight::none;
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

struct OperationSet::Found {
    /// Everything that is found out again when an operation is taken out.
    struct Steps {
        Steps(const Genesis& genesis, bool passes_over_missing)
            : history(passes_over_missing)
            , facts(genesis)
            , judge(history, facts) {}
        History history;
        Facts facts;
        Judge judge;
    };
    std::unique_ptr<Steps> steps{}; // none: from nothing
    CheckedAdmissions checked{};
};

OperationSet::OperationSet()
    : found_(std::make_unique<Found>()) {}
OperationSet::OperationSet(OperationSet&& other) noexcept = default;
OperationSet& OperationSet::operator=(OperationSet&& other) noexcept = default;
OperationSet::~OperationSet() = default;

void OperationSet::add(PlacedOperation operation) {
    const RevisionId id = operation.id;
    if (operations_.emplace(id, std::move(operation)).second)
        fresh_.push_back(id);
}

void OperationSet::remove(const RevisionId& id) {
    if (operations_.erase(id) > 0)
        found_->steps.reset();
}

void OperationSet::pass_over_missing(bool passes_over) {
    if (passes_over != passes_over_missing_)
        found_->steps.reset();
    passes_over_missing_ = passes_over;
}

const PlacedOperation* OperationSet::find(const RevisionId& id) const {
    const auto at = operations_.find(id);
    return at == operations_.end() ? nullptr : &at->second;
}

std::set<RevisionId> OperationSet::with_past(std::set<RevisionId> ids) const {
    std::vector<RevisionId> next(ids.begin(), ids.end());
    while (!next.empty()) {
        const PlacedOperation* placed = find(next.back());
        next.pop_back();
        if (placed == nullptr)
            continue;
        std::vector<RevisionId> names = placed->operation.seen;
        if (const auto inside = named_by(placed->operation.act))
            names.push_back(*inside);
        for (const RevisionId& name : names)
            if (ids.insert(name).second)
                next.push_back(name);
    }
    return ids;
}

/// False when the history has to be written anew.
bool OperationSet::add_fresh() {
    return std::all_of(fresh_.begin(), fresh_.end(), [&](const RevisionId& id) {
        const auto at = operations_.find(id);
        return at == operations_.end() || found_->steps->history.add(at->second, operations_);
    });
}

Roster OperationSet::fold(const Genesis& genesis, crypto::Verifier& verifier) {
    const bool is_anew = found_->steps == nullptr || !add_fresh();
    if (is_anew) {
        found_->steps = std::make_unique<Found::Steps>(genesis, passes_over_missing_);
        fresh_.clear();
        for (const auto& [id, placed] : operations_)
            fresh_.push_back(id);
        static_cast<void>(add_fresh()); // all are known, so none was passed over before
    }
    fresh_.clear();
    auto& [history, facts, judge] = *found_->steps;
    while (facts.size() < history.size())
        facts.add(history, found_->checked, verifier);
    if (is_anew || !judge.judge_more())
        judge.judge_all();
    return Writer(history, facts, judge).write();
}

Roster OperationSet::fold_with(
    const PlacedOperation& more, const Genesis& genesis, crypto::Verifier& verifier
) const {
    Found::Steps steps(genesis, passes_over_missing_);
    for (const auto& [id, placed] : operations_)
        static_cast<void>(steps.history.add(placed, operations_));
    static_cast<void>(steps.history.add(more, operations_));
    CheckedAdmissions checked = found_->checked;
    while (steps.facts.size() < steps.history.size())
        steps.facts.add(steps.history, checked, verifier);
    steps.judge.judge_all();
    return Writer(steps.history, steps.facts, steps.judge).write();
}

std::vector<RevisionId> OperationSet::names_for(const SchoolId& writer) const {
    if (found_->steps == nullptr)
        return {};
    const auto& [history, facts, judge] = *found_->steps;
    return Naming(history, facts, judge).names_for(writer);
}

std::vector<RevisionId> OperationSet::lone_admits(const SchoolId& writer) const {
    if (found_->steps == nullptr)
        return {};
    const auto& [history, facts, judge] = *found_->steps;
    return Naming(history, facts, judge).lone_admits(writer);
}

bool OperationSet::has_lone_acts(const SchoolId& writer) const {
    if (found_->steps == nullptr)
        return false;
    const auto& [history, facts, judge] = *found_->steps;
    return Naming(history, facts, judge).has_lone_acts(writer);
}

bool OperationSet::has_lone_names(const SchoolId& writer) const {
    if (found_->steps == nullptr)
        return false;
    const auto& [history, facts, judge] = *found_->steps;
    return Naming(history, facts, judge).has_lone_names(writer);
}

} // namespace staffroom::network
