// Who belongs to a network: a pure fold of its operations, in three steps: their causal order, what
// becomes of admits, then each operation against the roster as it stands. Every set of operations,
// in whatever order it arrived, gives the same roster; what an operation had seen decides what came
// before it, never a clock. [N3]
// A slow twin of the fold stands in the tests.
#pragma once

#include "protocol/network/admissions.hpp"

namespace staffroom::network {

struct Member {
    SchoolId school;
    Role role;
    bool joined;                     // has signed the charter in force
    std::optional<RevisionId> admit; // none for the founder
};

enum class InviteState : std::uint8_t { open, spent, disputed, ended };

struct KnownInvite {
    RevisionId operation;
    SchoolId author;
    InviteState state;
    const Invite* invite; // lives as long as the operation set
};

struct Roster {
    std::map<SchoolId, Member> members;
    /// Whom the fold ever validly admitted: their governance is accepted.
    std::set<SchoolId> ever_admitted;
    std::map<RevisionId, KnownInvite> invites;
    /// Admits for one invite that did not know of each other and name different schools: suspended
    /// until a coordinator confirms one.
    std::vector<RevisionId> disputed_admits;
    /// What an operation written now should name as seen; at most operation_seen_max.
    std::vector<RevisionId> maximal;
    std::size_t waiting = 0; // operations that name something which has not arrived

    [[nodiscard]] bool is_member(const SchoolId& school) const;
    [[nodiscard]] bool is_coordinator(const SchoolId& school) const;
    [[nodiscard]] std::size_t coordinator_count() const;
    [[nodiscard]] std::size_t open_invite_count() const;
};

/// All operations of one network that have arrived, and what has been checked of them.
class OperationSet {
public:
    /// Keeps the first under an id; a second with the same id is the same operation.
    void add(PlacedOperation operation);
    /// Takes out an operation that stands in no log any more where it counts.
    void remove(const RevisionId& id);
    /// Whether a name that nothing here answers to keeps no operation waiting: what stood under it
    /// may have been void.                                                                  [N3]
    void pass_over_missing(bool passes_over) { passes_over_missing_ = passes_over; }
    [[nodiscard]] const PlacedOperation* find(const RevisionId& id) const;
    [[nodiscard]] std::size_t size() const { return operations_.size(); }
    /// O(n log n) in the number of operations, and n for each 64 invites that somebody admitted
    /// for. `verifier` checks each admission once, copies of it never.
    [[nodiscard]] Roster fold(const Genesis& genesis, crypto::Verifier& verifier);

private:
    OperationsById operations_;
    CheckedAdmissions checked_;
    bool passes_over_missing_ = false;
};

} // namespace staffroom::network
