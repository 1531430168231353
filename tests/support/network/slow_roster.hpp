// The roster of a network word by word as the clauses M1 to M10 say it, without regard to cost:
// sets of operations, and the whole past gathered for each. The twin that network/roster is held
// to. It shares with it the operations and nothing else.
#pragma once

#include "protocol/base/limits.hpp"
#include "protocol/network/roster/roster.hpp"

#include <algorithm>

namespace staffroom::tests {

using network::Admit;
using network::Confirm;
using network::ConfirmAdmit;
using network::EndInvite;
using network::Genesis;
using network::Invite;
using network::InviteState;
using network::Join;
using network::KnownInvite;
using network::LaterAct;
using network::Leave;
using network::Member;
using network::NameSuccessor;
using network::PlacedOperation;
using network::Remove;
using network::Resume;
using network::Role;
using network::Roster;
using network::Seen;
using network::SetRole;
using network::Suspend;

class SlowRoster {
public:
    SlowRoster(
        std::vector<PlacedOperation> operations, const Genesis& genesis, crypto::Verifier& verifier
    );
    Roster run();

private:
    using At = std::size_t;
    using Ats = std::set<At>;
    using Key = std::pair<At, int>; // a question about an operation
    using Keys = std::set<Key>;

    // ---- no, open or yes; and on which open questions it hangs
    enum Value { no, open, yes };
    struct Answer {
        Value value;
        Keys on{};
    };
    static Answer both(Answer one, const Answer& other);
    static Answer either(Answer one, const Answer& other);
    static Answer opposite(Answer one);
    static Answer sure(bool is_so) { return {is_so ? yes : no}; }
    enum Question {
        acts,
        coordinates,
        leaves,
        grants,
        eligible,
        settled,
        admits,
        weak,
        strong,
        takes
    };
    static constexpr int question_count = 10;
    [[nodiscard]] Answer get(Question question, At at) const;

    struct Grant {
        int gives; // 1 read, 2 act, 3 coordinate
        enum Kind { founding, admission, role } kind;
        RevisionId invite; // of an admission
        At place;          // of a role
    };

    template <class One> [[nodiscard]] const One* as(At at) const {
        return std::get_if<One>(&all_[at].operation.act);
    }
    [[nodiscard]] const SchoolId& by(At at) const { return all_[at].author; }
    /// The end of history sees everything.
    [[nodiscard]] bool sees(At at, At earlier) const {
        return at == all_.size() || past_[at].count(earlier) > 0;
    }
    [[nodiscard]] At find(const RevisionId& id) const;
    [[nodiscard]] std::optional<At> closing_of(At at) const;
    [[nodiscard]] std::optional<SchoolId> closed_by(At at) const;
    [[nodiscard]] std::optional<SchoolId> subject(At at) const;
    [[nodiscard]] int keeps(At effect) const;
    [[nodiscard]] static int gives(Role role);
    [[nodiscard]] std::vector<Grant> grants_of(const SchoolId& school) const;
    [[nodiscard]] bool sees(At at, const Grant& grant, const SchoolId& school) const;
    [[nodiscard]] bool may_coordinate(At at) const;
    [[nodiscard]] bool is_signed(At admit) const { return signed_.count(admit) > 0; }
    [[nodiscard]] bool is_late(At admit) const;
    [[nodiscard]] bool sees_rival(At at, const Admit& admit) const;
    [[nodiscard]] bool has_rival(const Admit& admit) const;
    [[nodiscard]] bool is_beyond_quota(At invite) const { return beyond_quota_.count(invite) > 0; }
    void find_beyond_quota();
    [[nodiscard]] bool wrote(const SchoolId& by, const Grant& grant, const SchoolId& school) const;
    [[nodiscard]] std::size_t admissions_seen(At at) const;

    void order(std::vector<PlacedOperation> operations);
    void check_signatures(crypto::Verifier& verifier);
    void judge(bool decides_circles);
    void decide_circles(bool decides);
    void decide(const Keys& circle, bool decides);
    [[nodiscard]] bool arises(Question question, At at) const;
    [[nodiscard]] Answer ask(Question question, At at) const;
    [[nodiscard]] Answer counts(const Grant& grant, const SchoolId& school) const;
    [[nodiscard]] Answer stands(At at, const SchoolId& school, int what, bool by_past) const;
    [[nodiscard]] Answer
    is_held(At at, const SchoolId& school, const Grant& grant, int what, bool by_past) const;
    [[nodiscard]] Answer closes(At effect, const Grant& grant) const;
    [[nodiscard]] Answer is_lifted(At effect, At at) const;
    [[nodiscard]] Answer is_witnessed(At at, At effect, int what) const;
    [[nodiscard]] Answer is_eligible(At admit) const;
    [[nodiscard]] Answer is_settled(At admit) const;
    [[nodiscard]] Answer is_admitted(At admit) const;
    [[nodiscard]] Answer is_signed_by(At effect, Question standing, std::size_t schools) const;
    [[nodiscard]] Answer is_strong(At effect) const;
    [[nodiscard]] Answer leaves_a_coordinator(At effect) const;
    [[nodiscard]] std::vector<At> signatures(At effect) const;
    [[nodiscard]] std::size_t independent(At effect) const;
    [[nodiscard]] bool rests_on(At at, const SchoolId& school, const std::set<SchoolId>& on) const;
    [[nodiscard]] bool is_stronger(At one, At other) const;
    [[nodiscard]] int standing(const SchoolId& school) const;
    [[nodiscard]] bool has_coordinator() const;
    void write(Roster& roster) const;
    void write_invites(Roster& roster) const;
    void write_successors(Roster& roster) const;
    void write_closed(Roster& roster) const;
    void write_term(Member& member, int found) const;
    [[nodiscard]] Ats closing_effects(const SchoolId& school) const;
    [[nodiscard]] Ats deciding(const SchoolId& school, const Ats& effects) const;

    const Genesis& genesis_;
    Digest charter_hash_;
    std::vector<PlacedOperation> all_; // what each names stands before it
    std::vector<Ats> past_;
    Ats signed_;
    Ats beyond_quota_; // invites
    std::set<SchoolId> schools_;
    std::size_t waiting_ = 0;
    std::map<Key, Value> values_;
};

} // namespace staffroom::tests
