// What becomes of admits before roles are looked at: whom any order of arrival may have admitted,
// which admits came too late, which dispute with each other, which had seen the end of their
// invite [N3]. A member can copy an admit as often as it likes, so nothing here compares admits
// with each other one by one. Pure. A step of the fold (roster).
#pragma once

#include "protocol/crypto/signature.hpp"
#include "protocol/network/causal_order.hpp"
#include "protocol/network/genesis.hpp"

#include <set>
#include <tuple>

namespace staffroom::network {

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

/// What the judging of admits reads and fills.
struct AdmissionContext {
    const OperationsById& operations;
    const Genesis& genesis;
    const Digest& charter_hash;
    CheckedAdmissions& checked;
    crypto::Verifier& verifier;

    [[nodiscard]] bool is_signed(const Admit& admit) const;
};

struct Admissions {
    /// Whose governance is taken, even while a dispute suspends them, for operations of others may
    /// already name theirs as seen. Grows with the operations and never shrinks.
    std::set<SchoolId> ever_admitted;
    /// By place in the order: had another admit of its invite in its past.
    std::vector<bool> is_late;
    /// By place: names another school than one that it did not know of.
    std::vector<bool> is_disputed;
    /// By place: had seen an end of its invite.
    std::vector<bool> is_after_end;
};

[[nodiscard]] Admissions
judge_admissions(const CausalOrder& order, const AdmissionContext& context);

} // namespace staffroom::network
