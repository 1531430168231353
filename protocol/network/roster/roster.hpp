// Who belongs to a network: a pure function of its operations, in steps: which stands in the past
// of which (history), what can be told of each from its past alone (facts), what counts (judge,
// circles), and what follows for schools and invites [M10]. Every set of operations, in whatever
// order it arrived, gives the same roster, with a coordinator. One more operation costs what it
// touches. A slow twin stands in the tests.
#pragma once

#include "protocol/crypto/signature.hpp"
#include "protocol/network/erasure.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/roster/history.hpp"

#include <memory>

namespace staffroom::network {

struct Member {
    SchoolId school;
    Role role;
    bool joined;                         // has signed the charter in force
    std::optional<RevisionId> admit;     // none for the founder
    std::optional<RevisionId> role_by{}; // the operation that gave the role; none: it came with it
    std::optional<WallTime> until{};     // when that role is to end [M12]
};

enum class ClosedBy : std::uint8_t { role, suspension, removal, leave };

/// A school that was in and may not write any more. [M11]
struct ClosedSchool {
    ClosedBy how;
    std::vector<RevisionId> closings; // in effect, by id
    std::set<RevisionId> told_by;     // where they take effect: they or their confirmations
    Pins pins;                        // how far its logs of records count; of any other, nothing
};

enum class InviteState : std::uint8_t { open, spent, disputed, ended };

struct KnownInvite {
    RevisionId operation;
    SchoolId author;
    InviteState state;
    const Invite* invite; // lives as long as the operation set
};

/// A closing that lacks signatures.
struct Proposal {
    RevisionId operation;
    SchoolId author;
    SchoolId school; // that it is about
    std::vector<SchoolId> signatories{};
};

struct Roster {
    std::map<SchoolId, Member> members;
    std::set<SchoolId> suspended;
    std::map<SchoolId, ClosedSchool> closed;
    /// Whom a chain of operations ever led to, whether they count or not: their governance is
    /// accepted.
    std::set<SchoolId> ever_admitted;
    std::map<RevisionId, KnownInvite> invites;
    /// Eligible admits for one invite that name different schools, of which none is settled: they
    /// wait until a coordinator settles one.
    std::vector<RevisionId> disputed_admits;
    std::vector<Proposal> proposals;
    /// By school, whom it has named to order for it once it is gone; also of schools that are.
    std::map<SchoolId, SchoolId> successors{}; // [M13]
    /// Whose newest words name different ones, so that nobody is named.
    std::set<SchoolId> successors_at_odds{};
    std::size_t waiting = 0; // operations that name something which has not arrived

    [[nodiscard]] bool is_member(const SchoolId& school) const;
    [[nodiscard]] bool is_coordinator(const SchoolId& school) const;
    /// May admit, confirm and write: a member that does not merely observe.
    [[nodiscard]] bool may_act(const SchoolId& school) const;
    /// A member, or one that is suspended: neither removed nor gone.
    [[nodiscard]] bool is_there(const SchoolId& school) const;
    /// `school` has left or was removed, and has named `successor`, who has not: what it orders for
    /// that school counts, also while it is suspended or observes.                          [M13]
    [[nodiscard]] bool succeeds(const SchoolId& successor, const SchoolId& school) const;
    /// Whether `author` may order now that records of `school`, which may be itself, go.      [E2]
    [[nodiscard]] OrderRight order_right(const SchoolId& author, const SchoolId& school) const;
    [[nodiscard]] std::size_t coordinator_count() const;
    [[nodiscard]] std::size_t open_invite_count() const;
};

/// All operations of one network that have arrived, and what has been found out about them.
class OperationSet {
public:
    OperationSet();
    OperationSet(const OperationSet&) = delete;
    OperationSet& operator=(const OperationSet&) = delete;
    OperationSet(OperationSet&& other) noexcept;
    OperationSet& operator=(OperationSet&& other) noexcept;
    ~OperationSet();

    /// Keeps the first under an id; a second with the same id is the same operation.
    void add(PlacedOperation operation);
    /// Takes out an operation that stands in no log any more where it counts.
    void remove(const RevisionId& id);
    /// Whether a name that nothing here answers to keeps no operation waiting: what stood under it
    /// may have been void.                                                                  [N3]
    void pass_over_missing(bool passes_over);
    [[nodiscard]] const PlacedOperation* find(const RevisionId& id) const;
    [[nodiscard]] std::size_t size() const { return operations_.size(); }
    /// These, and all that they build on, as far as it is here.
    [[nodiscard]] std::set<RevisionId> with_past(std::set<RevisionId> ids) const;
    /// Always of the same genesis. `verifier` checks each admission once, copies of it never.
    [[nodiscard]] Roster fold(const Genesis& genesis, crypto::Verifier& verifier);

    /// What the roster would be with one more operation. From nothing, except for signatures.
    [[nodiscard]] Roster fold_with(
        const PlacedOperation& more, const Genesis& genesis, crypto::Verifier& verifier
    ) const;

    // ---- by what was folded last, for who is to write
    /// What an operation of this school names; where it is more than operation_seen_max, over
    /// several operations. By id. [M9]
    [[nodiscard]] std::vector<RevisionId> names_for(const SchoolId& writer) const;
    /// Admits, one of each admission, that one school alone has written; of others than this one.
    [[nodiscard]] std::vector<RevisionId> lone_admits(const SchoolId& writer) const;
    /// Something that only coordinators write has been named by nobody but its author's school, or
    /// nobody has vouched for what a school says of its successor.
    [[nodiscard]] bool has_lone_acts(const SchoolId& writer) const;
    /// The latter alone: any school that may act vouches.
    [[nodiscard]] bool has_lone_names(const SchoolId& writer) const;

private:
    struct Found;
    [[nodiscard]] bool add_fresh();

    OperationsById operations_;
    std::vector<RevisionId> fresh_; // added since the last fold
    std::unique_ptr<Found> found_;  // what has been found out so far
    bool passes_over_missing_ = false;
};

} // namespace staffroom::network
