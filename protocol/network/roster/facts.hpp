// What can be told of each operation from its past alone, so that nothing that comes later changes
// it: which grants it makes, which closings it signs, whether an admit is signed or late, whether
// its author may ever have coordinated [M2] [M3] [M7]. Grows by one operation at a time. Pure. The
// judging of a roster decides what of this counts.
#pragma once

#include "protocol/crypto/signature.hpp"
#include "protocol/network/genesis.hpp"
#include "protocol/network/roster/history.hpp"

#include <set>
#include <tuple>

namespace staffroom::network {

/// A school by the order in which it was heard of: a name that is short, and decides nothing.
using SchoolNumber = std::uint32_t;
using ClaimNumber = std::uint32_t;

/// What a grant permits; each includes those before it. [M2]
enum class Gives : std::uint8_t { nothing, read, act, coordinate };

enum class GrantKind : std::uint8_t { founding, admission, role };

struct Grant {
    GrantKind kind;
    Gives gives;
    Place place;       // of a role
    ClaimNumber claim; // of an admission
};

/// An invite and a school: all signed admits of the two are one grant.
struct Claim {
    Place invite;
    SchoolNumber school;
    std::vector<Place> admits;
};

struct OperationFacts {
    SchoolNumber author;
    std::optional<SchoolNumber> subject{};
    bool may_coordinate = false;        // a chain of roles in its past leads to its author
    std::optional<ClaimNumber> claim{}; // of a signed admit, and of what names one
    bool is_late = false;               // an admit
    bool is_beyond_quota = false;       // an invite [M8]
    std::optional<Place> closing{};     // that it is, or confirms
    Gives keeps = Gives::nothing;       // a closing leaves grants that give no more
};

struct SchoolFacts {
    SchoolId id;
    std::vector<Grant> grants{};
    std::vector<Place> effects{}; // closings of it and their confirmations
    std::vector<Place> resumes{};
    std::vector<Place> roles{};   // that made it a coordinator
    std::vector<Place> invites{}; // that it wrote
    std::vector<Place> joins{};   // that it wrote
    std::vector<Place> names{};   // of a successor, that it wrote
};

struct InviteFacts {
    std::vector<ClaimNumber> claims{};
    std::vector<Place> ends{};
    std::vector<Place> settles{};
};

/// Signatures of admissions that were checked. The same statement under the same invite is checked
/// once, however many operations carry it.
class CheckedAdmissions {
public:
    /// `invite` is what the admit names.
    [[nodiscard]] bool is_signed(
        const Admit& admit,
        const Invite& invite,
        const Digest& charter_hash,
        crypto::Verifier& verifier
    );

private:
    using Statement = std::tuple<RevisionId, SchoolId, Digest, Signature>;
    std::map<Statement, bool> verdicts_;
};

class Facts {
public:
    explicit Facts(const Genesis& genesis);

    /// The next place of the history.
    void add(const History& history, CheckedAdmissions& checked, crypto::Verifier& verifier);

    [[nodiscard]] const OperationFacts& operator[](Place at) const { return operations_[at]; }
    [[nodiscard]] Place size() const { return static_cast<Place>(operations_.size()); }
    [[nodiscard]] const std::vector<SchoolFacts>& schools() const { return schools_; }
    [[nodiscard]] const std::vector<Claim>& claims() const { return claims_; }
    [[nodiscard]] const std::map<Place, InviteFacts>& invites() const { return invites_; }
    [[nodiscard]] SchoolNumber founder() const { return 0; }
    [[nodiscard]] const Digest& charter_hash() const { return charter_hash_; }
    /// Of a closing, itself included; without those of the school that it closes.
    [[nodiscard]] const std::vector<Place>& signatures(Place closing) const;
    /// Those of them whose author may have coordinated.
    [[nodiscard]] const std::vector<Place>& coordinating_signatures(Place closing) const;
    /// A signed admit of the claim stands in its past. Whoever stands at the end sees everything.
    [[nodiscard]] bool sees_claim(Place at, ClaimNumber claim) const;
    /// A signed admit of this invite for another school stands in its past.
    [[nodiscard]] bool sees_rival(Place at, ClaimNumber claim) const;
    /// Invites of whoever may have coordinated, for which its past has a signed admit.
    [[nodiscard]] std::size_t admissions_seen(Place at) const;
    /// A grant is known to whoever sees it.
    [[nodiscard]] bool sees(const History& history, Place at, const Grant& grant) const;
    /// The school wrote the grant: its role, its invite, or all admits of it.
    [[nodiscard]] bool wrote(SchoolNumber school, const Grant& grant) const;

private:
    [[nodiscard]] SchoolNumber number(const SchoolId& school);
    [[nodiscard]] bool may_coordinate(const History& history, Place at) const;
    void learn_claims(const History& history, Place at);
    void note(const History& history, Place at, const Invite& act);
    void note(const History& history, Place at, const SetRole& act);
    void note(const History& history, Place at, const Confirm& act);
    void note(const History& history, Place at, const EndInvite& act);
    void note(const History& history, Place at, const ConfirmAdmit& act);
    void note(const History& history, Place at, const Join& act);
    void note(const History& history, Place at, const Resume& act);
    void note(const History& history, Place at, const Suspend& act);
    void note(const History& history, Place at, const Remove& act);
    void note(const History& history, Place at, const Leave& act);
    void note(const History& history, Place at, const Admit& act);
    void note(const History& history, Place at, const Seen& act);
    void note(const History& history, Place at, const NameSuccessor& act);
    void note(const History& history, Place at, const LaterAct& act);
    void note_closing(Place at, const SchoolId& school, Gives keeps);
    void note_signature(Place closing, Place at);
    void note_claim(const History& history, Place at, const Admit& act);

    Digest charter_hash_;
    CheckedAdmissions* checked_ = nullptr; // while one is added
    crypto::Verifier* verifier_ = nullptr;
    std::vector<OperationFacts> operations_;
    std::vector<std::vector<std::uint64_t>> claims_seen_; // by place, a bit for each claim
    std::vector<SchoolFacts> schools_;
    std::map<SchoolId, SchoolNumber> numbers_;
    std::vector<Claim> claims_;
    std::map<std::pair<Place, SchoolNumber>, ClaimNumber> claim_numbers_;
    std::map<Place, InviteFacts> invites_;
    struct Signatures {
        std::vector<Place> all{};
        std::vector<Place> coordinating{};
    };
    std::map<Place, Signatures> signatures_;
};

} // namespace staffroom::network
