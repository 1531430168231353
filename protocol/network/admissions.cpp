#include "protocol/network/admissions.hpp"

#include <algorithm>

namespace staffroom::network {
namespace {

constexpr std::size_t questions_at_once = 64;

const Admit* admit_at(const CausalOrder& order, std::size_t at) {
    return std::get_if<Admit>(&order[at].operation.act);
}

/// Whom any order of arrival may have admitted, or made a coordinator.
struct EverHeard {
    std::set<SchoolId> members;
    std::set<SchoolId> coordinators;
};

EverHeard find_ever_heard(const CausalOrder& order, const AdmissionContext& context) {
    const SchoolId& founder = context.genesis.founder;
    EverHeard ever{{founder}, {founder}};
    auto& [members, coordinators] = ever;
    for (std::size_t before = 0; before != members.size() + coordinators.size();) {
        before = members.size() + coordinators.size();
        for (std::size_t at = 0; at < order.size(); ++at) {
            const PlacedOperation& placed = order[at];
            const auto* set_role = std::get_if<SetRole>(&placed.operation.act);
            if (set_role != nullptr && set_role->role == Role::coordinator &&
                coordinators.count(placed.author) > 0)
                coordinators.insert(set_role->school);
            const auto* admit = admit_at(order, at);
            if (admit == nullptr || members.count(admit->school) > 0 ||
                members.count(placed.author) == 0)
                continue;
            const auto invite = context.operations.find(admit->invite);
            if (invite != context.operations.end() &&
                coordinators.count(invite->second.author) > 0 && context.is_signed(*admit))
                members.insert(admit->school);
        }
    }
    return ever;
}

/// The invites that somebody admits for, numbered, and who names which. An invite by a school that
/// never was a coordinator counts for nothing, and a member may write as many as it likes.
struct InviteNumbers {
    static constexpr std::size_t none = ~std::size_t{0};

    InviteNumbers(
        const CausalOrder& order,
        const OperationsById& operations,
        const std::set<SchoolId>& coordinators
    )
        : admitted(order.size(), none)
        , ended(order.size(), none) {
        std::map<RevisionId, std::size_t> number_of;
        for (std::size_t at = 0; at < order.size(); ++at) {
            const auto* admit = admit_at(order, at);
            if (admit == nullptr)
                continue;
            const auto invite = operations.find(admit->invite);
            if (invite != operations.end() && coordinators.count(invite->second.author) > 0)
                admitted[at] = number_of.try_emplace(admit->invite, number_of.size()).first->second;
        }
        count = number_of.size();
        for (std::size_t at = 0; at < order.size(); ++at) {
            const auto* end = std::get_if<EndInvite>(&order[at].operation.act);
            const auto found = end == nullptr ? number_of.end() : number_of.find(end->invite);
            if (found != number_of.end())
                ended[at] = found->second;
        }
    }

    std::vector<std::size_t> admitted; // by place, the number of the invite of an admit
    std::vector<std::size_t> ended;    // by place, the number of the invite that is ended
    std::size_t count = 0;
};

/// The bit of an invite among those from `first` on; 0 when it is not among them.
std::uint64_t bit_of(std::size_t number, std::size_t first) {
    const bool is_among =
        number != InviteNumbers::none && number >= first && number - first < questions_at_once;
    return is_among ? std::uint64_t{1} << (number - first) : 0;
}

/// Which admits are good and first, and what stands in their past.
class Judge {
public:
    Judge(const CausalOrder& order, const AdmissionContext& context)
        : order_(order)
        , context_(context)
        , ever_(find_ever_heard(order, context))
        , numbers_(order, context.operations, ever_.coordinators) {
        found_.is_late.resize(order.size());
        found_.is_disputed.resize(order.size());
        found_.is_after_end.resize(order.size());
        is_first_.resize(order.size());
    }

    Admissions run() {
        for (std::size_t first = 0; first < numbers_.count; first += questions_at_once) {
            find_late(first);
            find_ended(first);
        }
        find_disputes();
        found_.ever_admitted = std::move(ever_.members);
        return std::move(found_);
    }

private:
    void find_late(std::size_t first) {
        const auto marks = order_.marks_in_past([&](std::size_t at, std::uint64_t past) {
            const std::uint64_t bit = bit_of(numbers_.admitted[at], first);
            if (bit == 0 || (past & bit) != 0 || ever_.members.count(order_[at].author) == 0 ||
                !context_.is_signed(*admit_at(order_, at)))
                return std::uint64_t{0};
            is_first_[at] = true;
            return bit;
        });
        for (std::size_t at = 0; at < order_.size(); ++at)
            if ((marks[at] & bit_of(numbers_.admitted[at], first)) != 0)
                found_.is_late[at] = true;
    }

    void find_ended(std::size_t first) {
        const auto marks = order_.marks_in_past([&](std::size_t at, std::uint64_t) {
            return bit_of(numbers_.ended[at], first);
        });
        for (std::size_t at = 0; at < order_.size(); ++at)
            if ((marks[at] & bit_of(numbers_.admitted[at], first)) != 0)
                found_.is_after_end[at] = true;
    }

    /// Of those that are not late, several schools for one invite.
    void find_disputes() {
        std::vector<const SchoolId*> school_for(numbers_.count);
        std::vector<bool> has_several(numbers_.count);
        for (std::size_t at = 0; at < order_.size(); ++at) {
            if (!is_first_[at])
                continue;
            const SchoolId& school = admit_at(order_, at)->school;
            const SchoolId*& known = school_for[numbers_.admitted[at]];
            if (known != nullptr && *known != school)
                has_several[numbers_.admitted[at]] = true;
            known = &school;
        }
        for (std::size_t at = 0; at < order_.size(); ++at)
            found_.is_disputed[at] = is_first_[at] && has_several[numbers_.admitted[at]];
    }

    const CausalOrder& order_;
    const AdmissionContext& context_;
    EverHeard ever_;
    InviteNumbers numbers_;
    std::vector<bool> is_first_; // signed, by a school that is heard, with none before it
    Admissions found_;
};

} // namespace

bool CheckedAdmissions::is_signed(
    const Admit& admit, const Invite& invite, const Digest& charter_hash, crypto::Verifier& verifier
) {
    const auto [verdict, is_new] = verdicts_.try_emplace(
        Statement{admit.invite, admit.school, admit.handshake_hash, admit.signature}, false
    );
    if (is_new)
        verdict->second = verifier.verify(
            crypto::SignLabel::admission,
            invite.admit_key,
            admission_statement(admit.handshake_hash, admit.school, charter_hash),
            admit.signature
        );
    return verdict->second;
}

bool AdmissionContext::is_signed(const Admit& admit) const {
    const auto source = operations.find(admit.invite);
    const auto* invite =
        source == operations.end() ? nullptr : std::get_if<Invite>(&source->second.operation.act);
    return invite != nullptr && checked.is_signed(admit, *invite, charter_hash, verifier);
}

Admissions judge_admissions(const CausalOrder& order, const AdmissionContext& context) {
    return Judge(order, context).run();
}

} // namespace staffroom::network
